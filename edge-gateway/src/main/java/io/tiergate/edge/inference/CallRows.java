package io.tiergate.edge.inference;

import io.tiergate.gate.Reading;
import io.tiergate.gate.check.Statistic;
import io.tiergate.model.Payload;
import io.tiergate.model.SampleReader;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The samples of one call: its batch rows, or the whole call for a model without a batch dimension. Tensors are split when the first
 * sample is asked for, since most calls need none of them.
 */
final class CallRows {
    private final boolean batched;
    private final List<Tensor> inputs;
    private final List<Tensor> outputs;
    private final int count;
    private List<List<Tensor>> inputsByRow;
    private List<Tensor> payloadByRow;

    CallRows(ServedModel model, List<Tensor> inputs, List<Tensor> outputs) {
        this.batched = model.signature().hasBatchDimension();
        this.inputs = inputs;
        this.outputs = outputs;
        this.count = batched ? Math.toIntExact(inputs.get(0).shape().size(0)) : 1;
    }

    int count() {
        return count;
    }

    /** Reads one sample's answer. */
    void read(int row, SampleReader reader, Reading reading) {
        reader.read(outputs, row, count, reading);
    }

    /** The check beside the score that a sample fails, or null. */
    Statistic failed(int row, SampleReader reader, Reading reading) {
        return reader.failed(inputs.get(0), row, count, reading);
    }

    /** One sample of every input. */
    List<Tensor> inputs(int row) {
        if (!batched) {
            return inputs;
        }
        if (inputsByRow == null) {
            inputsByRow = inputs.stream().map(Tensor::rows).toList();
        }
        List<Tensor> sample = new ArrayList<>(inputs.size());
        inputsByRow.forEach(rows -> sample.add(rows.get(row)));
        return sample;
    }

    /**
     * What is sent of a sample.
     *
     * @param payload the same for all rows of a call
     */
    List<Tensor> payload(Payload payload, int row) {
        return switch (payload) {
            case Payload.Input input -> inputs(row);
            case Payload.Output output -> List.of(payloadOutput(output.name(), row));
            case Payload.None none -> List.of();
        };
    }

    private Tensor payloadOutput(String name, int row) {
        if (!batched) {
            return output(name);
        }
        if (payloadByRow == null) {
            payloadByRow = output(name).rows();
        }
        return payloadByRow.get(row);
    }

    /** The outputs that the caller asked for, in that order, for all samples together. */
    List<Tensor> outputs(List<String> wanted) {
        List<Tensor> given = new ArrayList<>(wanted.size());
        for (String name : wanted) {
            given.add(output(name));
        }
        return given;
    }

    /** Of a handful at most. */
    private Tensor output(String name) {
        for (Tensor output : outputs) {
            if (output.name().equals(name)) {
                return output;
            }
        }
        throw new IllegalArgumentException("no output '" + name + "'");
    }
}
