package io.tiergate.cloud.adjudication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.cloud.testing.FixedEnsembleConfig;
import io.tiergate.runtime.NativeLibraries;
import io.tiergate.serving.inference.ModelState;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsemblesTest {
    @TempDir
    Path repository;

    private final Ensembles ensembles = new Ensembles(FixedEnsembleConfig.withBatchLimit(4));

    @BeforeEach
    void copyModels() throws IOException {
        NativeLibraries.installOnnxRuntime(Path.of("target", "native"));
        TestModels.copyTo("tiny", repository);
    }

    @AfterEach
    void close() {
        ensembles.close();
    }

    @Test
    void servesEnsemblesAndNoEdgeModels() throws IOException {
        ensembles.load(repository);
        assertThat(ensembles.names()).containsExactly("tiny-ensemble");
    }

    @Test
    void servesTheHighestVersionThatCanBeLoaded() throws IOException {
        copyVersion("2");
        copyVersion("3");
        Files.writeString(repository.resolve("tiny-ensemble/3/members/a.onnx"), "no model");
        ensembles.load(repository);
        assertThat(ensembles.find("tiny-ensemble").orElseThrow().modelPackage().version())
                .isEqualTo(2);
    }

    @Test
    void refusesAnEnsembleWhoseLabelsDifferFromThoseOfAnEdgeThatEscalatesToIt() throws IOException {
        change("tiny-edge/1/model.yaml", "labels: [a, b, c]", "labels: [a, b, d]");
        ensembles.load(repository);
        assertThat(ensembles.isEmpty()).isTrue();
        assertThat(ensembles.catalog().states())
                .singleElement()
                .extracting(ModelState::reason)
                .asString()
                .startsWith("labels [a, b, c] differ from those of tiny-edge/1");
    }

    @Test
    void takesTheSameLabelsInAnotherOrder() throws IOException {
        change("tiny-edge/1/model.yaml", "labels: [a, b, c]", "labels: [c, a, b]");
        ensembles.load(repository);
        assertThat(ensembles.names()).containsExactly("tiny-ensemble");
    }

    @Test
    void saysThatTheRepositoryIsNoFolder() {
        assertThatThrownBy(() -> ensembles.load(repository.resolve("nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not a folder");
    }

    private void copyVersion(String version) throws IOException {
        Path source = repository.resolve("tiny-ensemble/1");
        Path target = repository.resolve("tiny-ensemble").resolve(version);
        Files.createDirectories(target.resolve("members"));
        for (String file : new String[] {"model.yaml", "members/a.onnx", "members/b.onnx", "members/c.onnx"}) {
            Files.copy(source.resolve(file), target.resolve(file));
        }
    }

    private void change(String file, String from, String to) throws IOException {
        Path path = repository.resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }
}
