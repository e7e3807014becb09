package io.tiergate.parts.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.Confidence;
import io.tiergate.gate.Reading;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartClass;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The committed INT8 model gives the same answers on every processor. */
class IntegerModelTest {
    private static final Path MODELS = Path.of("models");

    /**
     * On x86 processors without VNNI instructions two products of an input (up to 255) and a weight are added in 16 bits, and what
     * does not fit is cut. The answers show that on such a processor only, the weights show it on all.
     */
    @Test
    void noSumOfTwoProductsLeavesTheRangeOf16Bits() throws IOException {
        IntSummaryStatistics weights =
                IntegerWeights.of(modelPackage("parts-edge-int8").modelFile()).summaryStatistics();

        assertThat(weights.getCount()).isGreaterThan(9_700);
        assertThat(weights.getMin()).isGreaterThanOrEqualTo(-64);
        assertThat(weights.getMax()).isLessThanOrEqualTo(63);
    }

    @Test
    void agreesWithTheFloatModelAsOftenAsTheCardSays() throws IOException {
        TestDraw draw = TestDraw.generate();
        long same = 0;
        try (EdgeModel integers = EdgeModel.open(modelPackage("parts-edge-int8"), SessionSettings.SINGLE_THREADED);
                EdgeModel floats = EdgeModel.open(modelPackage("parts-edge"), SessionSettings.SINGLE_THREADED)) {
            for (List<Part> batch : draw.batches()) {
                int[] actual = classes(integers, batch);
                int[] expected = classes(floats, batch);
                same += IntStream.range(0, batch.size())
                        .filter(i -> actual[i] == expected[i])
                        .count();
            }
        }

        double share =
                ModelCard.read(MODELS.resolve("README.md")).ofPair("parts-edge-int8", "same class as parts-edge");
        assertThat(same / (double) draw.parts().size()).isCloseTo(share, within(TestDraw.ROUNDING));
    }

    private static ModelPackage modelPackage(String name) throws IOException {
        return ModelRepository.list(MODELS).packages().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static int[] classes(EdgeModel model, List<Part> batch) {
        Confidence confidence = model.manifest().orElseThrow().confidence();
        Tensor logits = model.session()
                .run(List.of(TestDraw.images(batch)), List.of("logits"))
                .getFirst();
        return IntStream.range(0, batch.size())
                .map(i -> top(confidence, logits.rowOfDoubles(i, PartClass.values().length)))
                .toArray();
    }

    private static int top(Confidence confidence, double[] logits) {
        Reading reading = Reading.of(logits);
        confidence.read(reading, logits.length);
        return reading.top();
    }
}
