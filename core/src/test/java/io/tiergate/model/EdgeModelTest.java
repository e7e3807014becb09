package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.gate.Confidence;
import io.tiergate.gate.Reading;
import io.tiergate.gate.Usability;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
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
        return EdgeModel.open(ModelRepository.list(repository).packages().get(0), SessionSettings.SINGLE_THREADED);
    }
}
