package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DisplaysTest {
    private static final String ENSEMBLE = "kind: ensemble\nmembers: [{ file: a.onnx }]\n";
    private static final String EDGE = "escalation: { to: cloud, payload: input }\n";

    @TempDir
    private Path repository;

    @BeforeEach
    void anEdgeThatSaysHow() throws Exception {
        write("edge", 1, EDGE + "display: { kind: image }\n");
    }

    @Test
    void theEnsemblesOwnCounts() throws Exception {
        write("cloud", 1, ENSEMBLE + "display: { kind: series }\n");

        assertThat(displays().of("edge", 1).orElseThrow().form()).isInstanceOf(Display.Series.class);
        assertThat(displays().of("unknown", 1).orElseThrow().form()).isInstanceOf(Display.Series.class);
    }

    @Test
    void withoutOneThatOfTheEdgeWhichSentTheSampleCounts() throws Exception {
        write("cloud", 1, ENSEMBLE);
        write("edge", 2, EDGE + "display: { kind: table }\n");

        assertThat(displays().of("edge", 1).orElseThrow().form()).isInstanceOf(Display.Image.class);
        assertThat(displays().of("edge", 2).orElseThrow().form()).isInstanceOf(Display.Table.class);
        assertThat(displays().of("edge", 3)).isEmpty();
        assertThat(displays().of("unknown", 1)).isEmpty();
    }

    @Test
    void anEdgeThatSendsFeaturesSaysNothingOfThem() throws Exception {
        write("cloud", 1, ENSEMBLE);
        write("split", 1, EDGE.replace("input }", "'output:features' }") + "display: { kind: image }\n");

        assertThat(displays().of("split", 1)).isEmpty();
    }

    private void write(String model, int version, String lines) throws Exception {
        Path folder = Files.createDirectories(repository.resolve(model).resolve(Integer.toString(version)));
        Files.writeString(folder.resolve("model.onnx"), "not opened");
        Files.createDirectories(folder.resolve("members"));
        Files.writeString(folder.resolve("a.onnx"), "not opened");
        Files.writeString(
                folder.resolve("model.yaml"),
                "name: " + model + "\ninput: { name: x }\noutput: { name: y }\nlabels: [a, b]\n" + lines);
    }

    private Displays displays() throws Exception {
        var packages = ModelRepository.list(repository).packages();
        EnsembleManifest ensemble = packages.stream()
                .flatMap(candidate -> candidate.manifest().stream())
                .filter(EnsembleManifest.class::isInstance)
                .map(EnsembleManifest.class::cast)
                .findFirst()
                .orElseThrow();
        return Displays.of(ensemble, packages);
    }
}
