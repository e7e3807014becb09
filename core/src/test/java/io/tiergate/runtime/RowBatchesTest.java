package io.tiergate.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBatchesTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void copyModels() throws IOException {
        for (String repository : List.of("tiny", "kinds", "batches")) {
            TestModels.copyTo(repository, folder.resolve(repository));
        }
    }

    @Test
    void everyPartGetsTheAnswersToItsOwnRows() {
        try (OnnxSession session = open("tiny/tiny-edge")) {
            List<List<Tensor>> answers =
                    session.runTogether(List.of(part(1), part(2, 3), part(4))).result();
            assertThat(answers).hasSize(3);
            assertThat(answers.get(0).get(0).shape()).isEqualTo(Shape.of(1, 3));
            assertThat(answers.get(0).get(0).rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
            assertThat(answers.get(1).get(0).rowOfDoubles(0, 3)).containsExactly(2, 4, 6);
            assertThat(answers.get(1).get(0).rowOfDoubles(1, 3)).containsExactly(3, 6, 9);
            assertThat(answers.get(2).get(0).rowOfDoubles(0, 3)).containsExactly(4, 8, 12);
        }
    }

    @Test
    void whatWasAnsweredStaysWhenItsMemoryIsUsedAgain() {
        try (OnnxSession session = open("tiny/tiny-edge")) {
            Tensor first = session.runTogether(List.of(part(1))).result().get(0).get(0);
            session.runTogether(List.of(part(7)));
            assertThat(first.rowOfDoubles(0, 3)).containsExactly(1, 2, 3);
        }
    }

    @Test
    void aPartGetsTheOutputsItAskedForInItsOrder() {
        try (OnnxSession session = open("kinds/two-inputs")) {
            assertThat(session.mostRowsTogether()).isGreaterThan(1);
            List<Tensor> inputs = session.signature().inputs().stream()
                    .map(spec -> Tensor.ofFloats(spec.name(), spec.shape().withFirst(1), 1, 2, 3))
                    .toList();
            List<String> names =
                    session.signature().outputs().stream().map(TensorSpec::name).toList();
            List<List<Tensor>> answers = session.runTogether(
                            List.of(new Rows(inputs, names), new Rows(inputs, List.of())))
                    .result();
            assertThat(answers.get(0)).extracting(Tensor::name).containsExactlyElementsOf(names);
            assertThat(TensorTest.bytesOf(answers.get(0).get(0)))
                    .isEqualTo(TensorTest.bytesOf(session.run(inputs, names).get(0)));
            assertThat(answers.get(1)).isEmpty();
        }
    }

    @Test
    void batchesOfEverySizeAreComputedAsTheirRowsAloneFromManyThreadsAtOnce() throws Exception {
        try (OnnxSession session = open("tiny/tiny-edge");
                var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int seed = 0; seed < 8; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                work.add(() -> {
                    for (int round = 0; round < 500; round++) {
                        float[] scales = new float[random.nextInt(1, session.mostRowsTogether() + 1)];
                        List<Rows> parts = new ArrayList<>();
                        for (int i = 0; i < scales.length; i++) {
                            scales[i] = random.nextInt(1000);
                            parts.add(part(scales[i]));
                        }
                        List<List<Tensor>> answers = session.runTogether(parts).result();
                        for (int i = 0; i < scales.length; i++) {
                            assertThat(answers.get(i).get(0).doubleAt(2)).isEqualTo(3 * scales[i]);
                        }
                    }
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        }
    }

    /** Each shows it in another way: among large numbers, in small answers, by negative numbers. */
    @ParameterizedTest
    @ValueSource(strings = {"mixing", "faint", "lowest"})
    void rowsThatDependOnEachOtherNeverRunTogether(String model) {
        assertThat(mostRowsTogether("batches/" + model)).isZero();
    }

    /** Zeros and ones in every row would not show it: one row's largest is the others' too. */
    @ParameterizedTest
    @ValueSource(strings = {"contrast", "bright"})
    void rowsOfWholeNumbersThatDependOnEachOtherNeverRunTogether(String model) {
        assertThat(mostRowsTogether("batches/" + model)).isZero();
    }

    @Test
    void rowsOfIndicesRunTogetherThoughMostNumbersAreNone() {
        assertThat(mostRowsTogether("batches/lookup")).isEqualTo(64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batches/half-inside", "kinds/half"})
    void whatHalfPrecisionRoundsAwayKeepsNoRowsApart(String model) {
        assertThat(mostRowsTogether(model)).isEqualTo(64);
    }

    /**
     * ONNX Runtime gives back the input itself and leaves the memory made for the output as it was: with zeros, or with what somebody has
     * sent to a model that is closed by now.
     */
    @Test
    void anOutputThatIsAnInputHoldsWhatItsCallerSentAndNothingElse() {
        float[] secret = new float[16 * 7];
        Arrays.fill(secret, 42);
        float[] zeros = new float[16 * 7];
        Tensor own = Tensor.ofFloats("x", Shape.of(16, 7), zeros);
        try (OnnxSession session = open("batches/passing")) {
            try (OnnxSession former = open("batches/passing")) {
                if (former.mostRowsTogether() > 0) {
                    former.runTogether(
                            List.of(new Rows(List.of(Tensor.ofFloats("x", Shape.of(16, 7), secret)), List.of("x"))));
                }
            }
            Tensor answer = session.mostRowsTogether() > 0
                    ? session.runTogether(List.of(new Rows(List.of(own), List.of("x"))))
                            .result()
                            .get(0)
                            .get(0)
                    : session.run(List.of(own), List.of("x")).get(0);
            assertThat(answer.rowOfDoubles(0, 7)).containsExactly(0, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void rowsWithoutAFixedSizeNeverRunTogether() {
        for (String model : List.of("tiny/tiny-wide", "tiny/tiny-unbatched", "kinds/text", "kinds/fixed-batch")) {
            assertThat(mostRowsTogether(model)).as(model).isZero();
        }
    }

    @Test
    void aRowThatCannotBeComputedFailsItsBatch() {
        try (OnnxSession session = open("batches/poison")) {
            assertThat(session.mostRowsTogether()).isEqualTo(64);
            Rows poison = new Rows(List.of(Tensor.ofFloats("x", Shape.of(1, 4), 1, 2, 3, 1000)), List.of("logits"));
            assertThatThrownBy(() -> session.runTogether(List.of(part(1), poison)))
                    .isInstanceOf(InferenceException.class)
                    .hasMessageContaining("ONNX Runtime failed");
            assertThat(session.runTogether(List.of(part(1)))
                            .result()
                            .get(0)
                            .get(0)
                            .doubleAt(0))
                    .as("the memory is as good as new")
                    .isEqualTo(1);
        }
    }

    private static Rows part(float... scales) {
        float[] values = new float[scales.length * 4];
        for (int i = 0; i < scales.length; i++) {
            for (int j = 0; j < 3; j++) {
                values[4 * i + j] = (j + 1) * scales[i];
            }
        }
        return new Rows(List.of(Tensor.ofFloats("x", Shape.of(scales.length, 4), values)), List.of("logits"));
    }

    private static int mostRowsTogether(String model) {
        try (OnnxSession session = open(model)) {
            return session.mostRowsTogether();
        }
    }

    private static OnnxSession open(String model) {
        OnnxSession session =
                OnnxSession.open(folder.resolve(model + "/1/model.onnx"), SessionSettings.SINGLE_THREADED);
        session.warmUp();
        return session;
    }
}
