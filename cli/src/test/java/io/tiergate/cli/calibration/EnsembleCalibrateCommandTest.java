package io.tiergate.cli.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.TestCommandLine;
import io.tiergate.cli.gate.LevelImages;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a person calls it for an ensemble, on real ONNX files of a few nodes: logits of ten times the brightness. */
class EnsembleCalibrateCommandTest {
    @TempDir
    private Path folder;

    private Path version;
    private Path file;
    private String before;
    private final TestCommandLine tiergate = new TestCommandLine();

    @BeforeEach
    void copyTheEnsemble() throws Exception {
        LevelImages.write(folder, "calibration", 2000);
        version = folder.resolve("tiny-ensemble/1");
        Path from = LevelImages.MODELS.resolve("tiny-ensemble/1");
        try (Stream<Path> files = Files.walk(from)) {
            for (Path each : files.toList()) {
                Path to = version.resolve(from.relativize(each).toString());
                Files.createDirectories(to.getParent());
                Files.copy(each, to, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        file = version.resolve("model.yaml");
        before = Files.readString(file);
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("model", "calibrate", "--model", version.getParent().toString(), "--data", folder.toString()));
        arguments.addAll(List.of(more));
        return tiergate.run(arguments.toArray(String[]::new));
    }

    private EnsembleManifest manifest() {
        return (EnsembleManifest) ModelRepository.listVersion(version)
                .packages()
                .getFirst()
                .manifest()
                .orElseThrow();
    }

    /** A quarter of the images is dark, and a third of these wrong: people are sent about so many. */
    @Test
    void temperaturesAndTheLimitAreWrittenIntoTheManifest() throws Exception {
        assertThat(run()).as(tiergate.err()).isZero();

        EnsembleManifest written = manifest();
        double limit = written.adjudication().maxEntropy().orElseThrow();
        assertThat(limit).isNotEqualTo(0.5);
        assertThat(written.members())
                .extracting(EnsembleManifest.Member::temperature)
                .doesNotContain(1.0)
                // The members differ in the fourth pixel alone, which is black.
                .containsOnly(written.members().getFirst().temperature());
        assertThat(Files.readString(file)).startsWith(before.substring(0, before.indexOf("members:")));
        assertThat(tiergate.out())
                .contains("members/a.onnx: " + written.members().getFirst().temperature() + ", was 1.0")
                .containsPattern("before +max-entropy 0.500000: \\d")
                .containsPattern("(?m)^\\* +%.6f +[23]\\d\\.\\d\\d %%".formatted(limit))
                .containsPattern("(?m)^ +\\d\\.\\d{6} +0\\.00 % \\(95 %: 0\\.00 to ")
                .containsPattern("wrong in at most 3 %, with 99 % confidence \\(upper bound [0-2]\\.\\d")
                .containsPattern("manifest +" + file);

        // What is there already is found again.
        String once = Files.readString(file);
        assertThat(run()).isZero();
        assertThat(manifest().adjudication()).isEqualTo(written.adjudication());
        assertThat(Files.readString(file).lines()).hasSameSizeAs(once.lines().toList());
    }

    @Test
    void aShareForPeopleMayBeGivenInPlaceOfATargetRisk() {
        assertThat(run("--people-share", "0.4", "--limit", "min-confidence"))
                .as(tiergate.err())
                .isZero();

        assertThat(tiergate.out())
                .contains("people at most 40 % (--people-share)")
                .containsPattern("(?m)^\\* +0\\.\\d+ +(3\\d\\.\\d\\d|40\\.00) %");
        // The other limit stays.
        assertThat(manifest().adjudication().maxEntropy()).hasValue(0.5);
        assertThat(manifest().adjudication().minConfidence()).isPresent();
    }

    @Test
    void aDryRunLeavesTheManifestAsItIs() {
        assertThat(run("--dry-run")).as(tiergate.err()).isZero();
        assertThat(tiergate.out()).contains("left as it is (--dry-run)");
        assertThat(file).hasContent(before);
    }

    @Test
    void whatCannotBePromisedIsSaidAndNothingIsWritten() throws Exception {
        LevelImages.writeNonsense(folder, "calibration", 500);

        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err())
                .contains("a risk of 3 % cannot be certified for tiny-ensemble/1 with 99 % confidence: no max-entropy")
                .contains("The model.yaml was left as it is; nor can 30 %");
        assertThat(file).hasContent(before);
    }

    @Test
    void theTargetThatCanBeMetIsNamed() throws Exception {
        LevelImages.write(folder, "calibration", 400);

        assertThat(run("--target-risk", "0.001")).isEqualTo(1);
        assertThat(tiergate.err())
                .containsPattern(
                        "the lowest usual target that can be is \\d+ % \\(--target-risk 0\\.\\d+\\), with \\d");
    }

    @Test
    void aShareBelowWhatOtherRulesSendIsRefused() throws Exception {
        Files.writeString(file, before.replace("max-entropy: 0.5", "max-entropy: 0.5, min-confidence: 0.9999"));

        assertThat(run("--people-share", "0.01")).isEqualTo(1);
        assertThat(tiergate.err()).contains("--people-share: 0.01 (expected: more, since a missing quorum");
    }

    @Test
    void aPackageThatCannotBeWrittenIsNamed() throws Exception {
        // A folder where the manifest would first be written.
        Files.createDirectories(version.resolve("model.yaml.new/in-the-way"));

        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err()).contains("model.yaml cannot be written into " + version);
        assertThat(file).hasContent(before);
    }

    @Test
    void onlyCalibrationImagesAreTaken() throws Exception {
        LevelImages.write(folder, "test", 2000);
        Files.delete(folder.resolve("calibration-images-idx3-ubyte.gz"));

        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err()).contains("has no calibration-images-idx3-ubyte.gz");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--people-share 1 | --people-share: 1.0 (expected: 0.0 to below 1.0)",
                "--limit entropy | 'entropy' (expected: max-entropy or min-confidence)",
                "--temperature 1 | --temperature belongs to an edge model, not to an ensemble",
                "--plots x | --plots belongs to an edge model",
                "--people-share 0.1 --target-risk 0.1 | --target-risk belongs to a promise"
            })
    void wrongUsageEndsWithTwoAndSaysWhatWasExpected(String options, String message) {
        assertThat(run(options.split(" ", -1))).isEqualTo(2);
        assertThat(tiergate.err()).contains(message);
    }

    @Test
    void anEdgeModelHasNoAdjudication() {
        assertThat(tiergate.run(
                        "model",
                        "calibrate",
                        "--model",
                        LevelImages.MODELS.resolve("tiny-image").toString(),
                        "--data",
                        folder.toString(),
                        "--dry-run",
                        "--people-share",
                        "0.1"))
                .isEqualTo(2);
        assertThat(tiergate.err()).contains("--people-share belongs to an ensemble, not to an edge model");
    }
}
