package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.ensemble.Adjudication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnsembleManifestFileTest {
    private static final String HEAD = """
            # By hand.
            name: pair   # of two 𝛂
            kind: ensemble
            input: { name: x }
            output: { name: logits }
            labels: [a, b]
            """;

    @TempDir
    private Path repository;

    private Path file;

    @BeforeEach
    void makeAFolder() throws Exception {
        Path members = Files.createDirectories(repository.resolve("pair/1/members"));
        for (String member : List.of("a", "b")) {
            Files.writeString(members.resolve(member + ".onnx"), "any");
        }
        file = members.resolveSibling("model.yaml");
    }

    private String rewritten(String text) throws Exception {
        Files.writeString(file, text);
        ModelPackage found = ModelRepository.list(repository).packages().getFirst();
        EnsembleManifest manifest = (EnsembleManifest) found.manifest().orElseThrow();
        Adjudication old = manifest.adjudication();
        OptionalDouble limit = OptionalDouble.of(1.25);
        List<EnsembleManifest.Member> members = IntStream.range(0, 2)
                .mapToObj(m -> manifest.members().get(m).withTemperature(m == 0 ? 1.5 : 0.75))
                .toList();
        EnsembleManifest calibrated = manifest.calibrated(
                members,
                old.minConfidence().isPresent()
                        ? new Adjudication(OptionalDouble.empty(), OptionalDouble.of(0.875), old.unanimous())
                        : new Adjudication(limit, OptionalDouble.empty(), old.unanimous()));

        assertThat(EnsembleManifestFile.write(found, calibrated)).isEqualTo(file.toAbsolutePath());

        assertThat(ModelRepository.list(repository)
                        .packages()
                        .getFirst()
                        .manifest()
                        .orElseThrow())
                .isEqualTo(calibrated);
        assertThat(file.resolveSibling("model.yaml.new")).doesNotExist();
        return Files.readString(file);
    }

    @Test
    void numbersAreReplacedWhereTheyStand() throws Exception {
        String text = HEAD + """
                members:   # the larger first
                  - { file: members/a.onnx, temperature: 1.0, weight: 2 }  # slow
                  - { file: members/b.onnx, temperature: 3 }
                adjudication: { unanimous: true, max-entropy: 0.5 } # nats
                lineage: { made: today }
                """;

        assertThat(rewritten(text))
                .isEqualTo(text.replace("temperature: 1.0", "temperature: 1.5")
                        .replace("temperature: 3", "temperature: 0.75")
                        .replace("0.5 }", "1.25 }"));
    }

    @Test
    void numbersThatAreMissingAreAdded() throws Exception {
        assertThat(rewritten(HEAD + """
                        members:
                          - file: members/a.onnx  # slow
                          - { file: members/b.onnx }
                        """)).isEqualTo(HEAD + """
                        members:
                          - file: members/a.onnx  # slow
                            temperature: 1.5
                          - { file: members/b.onnx, temperature: 0.75 }
                        adjudication: { max-entropy: 1.25 }
                        """);
    }

    @Test
    void aBlockOfLimitsStaysABlock() throws Exception {
        assertThat(rewritten("adjudication:\n  min-confidence: 0.5\n\n" + HEAD
                        + "members: [{file: members/a.onnx, temperature: 1}, {file: members/b.onnx}]"))
                .isEqualTo(
                        "adjudication:\n  min-confidence: 0.875\n\n" + HEAD
                                + "members: [{file: members/a.onnx, temperature: 1.5}, {file: members/b.onnx, temperature: 0.75}]");
        assertThat(rewritten("adjudication:\n  unanimous: true # all\n\n" + HEAD
                        + "members: [{file: members/a.onnx, temperature: 1}, {file: members/b.onnx}]"))
                .startsWith("adjudication:\n  unanimous: true # all\n  max-entropy: 1.25\n\n# By hand.");
    }

    @Test
    void whatCannotBeSaidByTheseNumbersIsRefusedAndTheFileLeftAsItIs() throws Exception {
        String text = HEAD + "members: [{file: members/a.onnx}, {file: members/b.onnx}]\n";
        Files.writeString(file, text);
        ModelPackage found = ModelRepository.list(repository).packages().getFirst();
        EnsembleManifest manifest = (EnsembleManifest) found.manifest().orElseThrow();

        EnsembleManifest unanimous = manifest.calibrated(
                manifest.members(), new Adjudication(OptionalDouble.empty(), OptionalDouble.empty(), true));
        assertThatThrownBy(() -> EnsembleManifestFile.write(found, unanimous))
                .isInstanceOf(RefusedPackageException.class)
                .hasMessageStartingWith("model.yaml: its temperatures and limits cannot be changed where they stand");
        assertThat(file).hasContent(text);
        assertThat(file.resolveSibling("model.yaml.new")).doesNotExist();
    }
}
