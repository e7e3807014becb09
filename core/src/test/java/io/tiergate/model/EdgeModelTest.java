package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.gate.Confidence;
import io.tiergate.gate.Reading;
import io.tiergate.gate.Score;
import io.tiergate.gate.Usability;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Signature;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.runtime.UnusableModelException;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EdgeModelTest {
    @TempDir
    private Path repository;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tiny-edge",
                "tiny-audited",
                "tiny-image",
                "tiny-nonfinite",
                "tiny-unbatched",
                "tiny-plain",
                "tiny-scores",
                "every-type"
            })
    void modelsThatFitTheirManifestAreLoaded(String name) throws IOException {
        TestModels.copyTo("tiny", name, repository);

        try (EdgeModel model = open()) {
            assertThat(model.session().signature().inputs()).isNotEmpty();
            assertThat(model.manifest()).isEqualTo(model.modelPackage().manifest());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"two-inputs", "half", "tree", "text", "any-shape", "constant"})
    void modelsOfEveryKindAreLoaded(String name) throws IOException {
        TestModels.copyTo("kinds", name, repository);

        try (EdgeModel model = open()) {
            assertThat(model.session().signature().outputs()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer-scores | output 'logits' of model.onnx is INT64 (expected: FP16, BF16, FP32 or FP64, to be gated); name the output",
                "output-unknown | model.yaml: output 'logits' is not in the model (it has: [scores_by_class])",
                "label-count    | 2 labels, but output 'logits' of model.onnx has 3 classes",
                "not-onnx       | model.onnx cannot be loaded by ONNX Runtime: "
            })
    void modelsThatDoNotFitAreRefusedInOneSentence(String name, String start) throws IOException {
        TestModels.copyTo("broken", name, repository);

        assertUnusable(start);
    }

    @Test
    void anInputThatTheModelDoesNotHaveIsRefused() throws IOException {
        tinyEdgeWith("input: { name: x }", "input: { name: images }");

        assertUnusable("model.yaml: input 'images' is not in model.onnx (it has: [x])");
    }

    @Test
    void inputsMayBeNamedInAnyOrder() throws IOException {
        change("kinds", "two-inputs", "[ { name: a }, { name: b } ]", "[ { name: b }, { name: a } ]");

        try (EdgeModel model = open()) {
            assertThat(model.manifest().orElseThrow().inputNames()).containsExactly("b", "a");
        }
    }

    @Test
    void aPayloadThatAllSamplesShareIsRefused() throws IOException {
        change("kinds", "tree", "gate:", "escalation: { to: e, payload: 'output:probabilities.keys' }\ngate:");

        assertUnusable(
                "model.yaml: escalation.payload: output 'probabilities.keys' is the same for all samples (expected: an output with something of each sample)");
    }

    @Test
    void aPayloadThatTheModelDoesNotHaveIsRefused() throws IOException {
        tinyEdgeWith("payload: input", "payload: 'output:features'");

        assertUnusable("model.yaml: output 'features' is not in the model (it has: [logits])");
    }

    @Test
    void aRefusedModelCanBeMendedAndLoaded() throws IOException {
        tinyEdgeWith("[a, b, c]", "[a, b]");
        assertUnusable("2 labels, ");
        Path manifest = repository.resolve("tiny-edge/1/model.yaml");
        Files.writeString(manifest, Files.readString(manifest).replace("[a, b]", "[a, b, c]"));

        try (EdgeModel model = open()) {
            assertThat(model.manifest().orElseThrow().labels()).containsExactly("a", "b", "c");
        }
    }

    @Test
    void probabilitiesComeOutAsWorkedOutByHand() throws IOException {
        TestModels.copyTo("tiny", "tiny-nonfinite", repository);

        try (EdgeModel model = open()) {
            Tensor x = Tensor.ofFloats("x", Shape.of(3, 4), 8, 1, 1, 0, 8, 0, 1, 0, 8, -1, 1, 0);
            Tensor logits = model.session().run(List.of(x), List.of("logits")).get(0);
            var confidence = model.manifest().orElseThrow().confidence();

            assertThat(read(confidence, logits, 0).score())
                    .isCloseTo(0.7, org.assertj.core.api.Assertions.within(1e-6));
            assertThat(logits.doubleAt(4)).isEqualTo(Double.NEGATIVE_INFINITY);
            assertThat(read(confidence, logits, 1).usability()).isEqualTo(Usability.NON_FINITE);
            assertThat(logits.doubleAt(7)).isNaN();
            assertThat(read(confidence, logits, 2).usability()).isEqualTo(Usability.NON_FINITE);
        }
    }

    @Test
    void mapsOfProbabilitiesAreGatedByTheirValues() throws IOException {
        TestModels.copyTo("kinds", "tree", repository);

        try (EdgeModel model = open()) {
            Tensor x = Tensor.ofFloats("x", Shape.of(2, 1), 0, 1);
            Tensor probabilities =
                    model.session().run(List.of(x), List.of("probabilities")).get(0);
            var confidence = model.manifest().orElseThrow().confidence();

            assertThat(read(confidence, probabilities, 0).score()).isEqualTo(0.75);
            assertThat(read(confidence, probabilities, 0).top()).isEqualTo(2);
            assertThat(read(confidence, probabilities, 1).score()).isEqualTo(0.25);
        }
    }

    @Test
    void aModelsOwnScoreIsOneOfItsOutputs() throws IOException {
        for (String name : List.of("own-score", "own-score-unbatched")) {
            TestModels.copyTo("kinds", name, repository.resolve(name));
            try (EdgeModel model = open(repository.resolve(name))) {
                assertThat(model.manifest().orElseThrow().confidence().score()).isEqualTo(new Score.Output("sure"));
            }
        }
    }

    @Test
    void anOwnScoreThatTheModelDoesNotHaveIsRefused() throws IOException {
        change("kinds", "own-score", "output:sure", "output:certain");

        assertUnusable("model.yaml: output 'certain' is not in the model (it has: [logits, sure])");
    }

    @Test
    void anOwnScoreOfSeveralNumbersASampleIsRefused() throws IOException {
        change("kinds", "own-score", "output:sure", "output:logits");

        assertUnusable(
                "model.yaml: confidence.score: output 'logits' is FP32 [-1, 3] (expected: one number a sample, FP16, BF16, FP32 or FP64, of shape [-1] or [-1, 1])");
    }

    @Test
    void anOwnScoreThatAllSamplesShareIsRefused() throws IOException {
        change("kinds", "tree", "score: margin", "score: 'output:probabilities.keys'");

        assertUnusable(
                "model.yaml: confidence.score: output 'probabilities.keys' is the same for all samples (expected: an output with one number for each sample)");
    }

    @Test
    void anOwnScoreIsOneNumberASampleWhateverItsShape() {
        for (Shape fits : List.of(Shape.of(-1), Shape.of(-1, 1), Shape.of(-1, 1, 1))) {
            checkScore(DataType.FP32, fits, Shape.of(-1, 4));
        }
        for (Shape fits : List.of(Shape.of(), Shape.of(1), Shape.of(1, 1))) {
            checkScore(DataType.FP16, fits, Shape.of(1, 4));
        }
        for (Shape tooMany : List.of(Shape.of(-1, 2), Shape.of(-1, -1), Shape.of(-1, 0))) {
            assertRefused(DataType.FP32, tooMany, Shape.of(-1, 4), "of shape [-1] or [-1, 1])");
        }
        for (Shape tooMany : List.of(Shape.of(2), Shape.of(-1), Shape.of(1, -1))) {
            assertRefused(DataType.FP32, tooMany, Shape.of(1, 4), "of shape [] or [1])");
        }
        assertRefused(
                DataType.INT64, Shape.of(-1), Shape.of(-1, 4), "FP16, BF16, FP32 or FP64, of shape [-1] or [-1, 1])");
    }

    private static void assertRefused(DataType type, Shape score, Shape input, String end) {
        assertThatThrownBy(() -> checkScore(type, score, input))
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith("model.yaml: confidence.score: output 'sure' is " + type + " " + score)
                .hasMessageEndingWith(end);
    }

    private static void checkScore(DataType type, Shape score, Shape input) {
        TensorSpec output = new TensorSpec("sure", type, score);
        EdgeModel.checkScore(
                output, new Signature(List.of(new TensorSpec("x", DataType.FP32, input)), List.of(output)));
    }

    private static Reading read(Confidence confidence, Tensor output, int row) {
        Reading reading = Reading.of(output.rowOfDoubles(row, 3));
        confidence.read(reading, 3);
        return reading;
    }

    private void tinyEdgeWith(String text, String replacement) throws IOException {
        change("tiny", "tiny-edge", text, replacement);
    }

    private void change(String from, String name, String text, String replacement) throws IOException {
        TestModels.copyTo(from, name, repository);
        Path manifest = repository.resolve(name + "/1/model.yaml");
        String before = Files.readString(manifest);
        assertThat(before).contains(text);
        Files.writeString(manifest, before.replace(text, replacement));
    }

    private void assertUnusable(String start) {
        assertThatThrownBy(this::open)
                .isInstanceOf(UnusableModelException.class)
                .hasMessageStartingWith(start)
                .hasMessageNotContaining("\n");
    }

    private EdgeModel open() throws IOException {
        return open(repository);
    }

    private static EdgeModel open(Path repository) throws IOException {
        return EdgeModel.open(ModelRepository.list(repository).packages().get(0), SessionSettings.SINGLE_THREADED);
    }
}
