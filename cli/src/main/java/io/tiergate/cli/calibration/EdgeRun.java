package io.tiergate.cli.calibration;

import io.tiergate.cli.Terminal;
import io.tiergate.cli.data.ImageInput;
import io.tiergate.gate.Reading;
import io.tiergate.gate.check.Limits;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.SampleReader;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.stream.IntStream;

/** Asks an edge model about images, and reads its answers as the gateway does. */
public final class EdgeRun {
    private final EdgeModel model;
    private final ImageInput input;
    private final SampleReader reader;
    private final Terminal terminal;

    /** @param temperature of the scores */
    public EdgeRun(EdgeModel model, ImageInput input, double temperature, Terminal terminal) {
        this.model = model;
        this.input = input;
        // The limits have no say yet: the statistics are kept, so that any limits can be asked about them.
        this.reader = SampleReader.of(model).with(temperature, Limits.NONE);
        this.terminal = terminal;
    }

    /** The answers in the images' order; blocks while the model runs. */
    public List<EdgeAnswer> answers(List<byte[]> images) {
        return Batches.run(images, input.takesBatches(), model.modelPackage().toString(), terminal, this::batch);
    }

    private List<EdgeAnswer> batch(List<byte[]> images) {
        Tensor tensor = input.tensor(images);
        List<Tensor> outputs = model.session().run(List.of(tensor), reader.outputs());
        return IntStream.range(0, images.size())
                .mapToObj(row -> answer(tensor, outputs, row, images.size()))
                .toList();
    }

    private EdgeAnswer answer(Tensor tensor, List<Tensor> outputs, int row, int rows) {
        Reading reading = new Reading();
        reader.read(outputs, row, rows, reading);
        reader.statistics(tensor, row, rows, reading);
        // The reader names the output with the classes' numbers first.
        Tensor numbers = outputs.getFirst();
        int each = Math.toIntExact(numbers.shape().elements(numbers.name()) / rows);
        return new EdgeAnswer(reading, numbers.rowOfDoubles(row, each));
    }
}
