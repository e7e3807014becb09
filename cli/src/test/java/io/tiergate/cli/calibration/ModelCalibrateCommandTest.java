package io.tiergate.cli.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cli.TestCommandLine;
import io.tiergate.cli.gate.LevelImages;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command as a person calls it, on a real ONNX file of a few nodes. */
class ModelCalibrateCommandTest {
    private static final String ENSEMBLE =
            LevelImages.MODELS.resolve("tiny-ensemble").toString();
    private static final String RISK = "gate: { policy: risk, target-risk: 0.05, confidence: 0.99, audit-rate: auto }";

    @TempDir
    private Path folder;

    private Path version;
    private Path certificate;
    private final TestCommandLine tiergate = new TestCommandLine();

    @BeforeEach
    void copyTheModel() throws Exception {
        LevelImages.write(folder, "calibration", 2000);
        version = Files.createDirectories(folder.resolve("tiny-image/1"));
        certificate = version.resolve("certificate.json");
        for (String file : List.of("model.onnx", "model.yaml")) {
            Files.copy(LevelImages.MODELS.resolve("tiny-image/1").resolve(file), version.resolve(file));
        }
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("model", "calibrate", "--model", version.getParent().toString(), "--data", folder.toString()));
        arguments.addAll(List.of(more));
        return tiergate.run(arguments.toArray(String[]::new));
    }

    @Test
    void aCertifiedPackageIsGatedByItsPromise() throws Exception {
        assertThat(run("--target-risk", "0.05", "--ensemble", ENSEMBLE))
                .as(tiergate.err())
                .isZero();
        assertThat(tiergate.out())
                .contains("accepted answers are wrong in at most 5 %, with 99 % confidence")
                .contains("ensemble ")
                .contains("re-certification")
                .contains(certificate + ", until ")
                .contains(RISK);

        Path manifest = version.resolve("model.yaml");
        Files.writeString(manifest, Files.readString(manifest).replaceAll("gate: .*", RISK));
        ModelPackage found = ModelRepository.listVersion(version).packages().getFirst();
        try (EdgeModel model = EdgeModel.open(found, SessionSettings.SINGLE_THREADED)) {
            Certificate read = model.certificate().orElseThrow();
            double threshold = read.threshold().orElseThrow().threshold();
            assertThat(read.samples()).isEqualTo(2000);
            assertThat(read.agreement()).isPresent();
            assertThat(read.limits().ranges()).hasSize(6);
            assertThat(model.gate(RandomGenerator.getDefault(), System::nanoTime)
                            .orElseThrow()
                            .snapshot()
                            .threshold())
                    .isEqualTo(threshold);
        }

        assertThat(run("--target-risk", "0.05", "--dry-run")).isZero();
        assertThat(tiergate.out())
                .contains("not written (--dry-run)")
                .contains("not asked (--ensemble)")
                .doesNotContain("model.yaml needs");
    }

    @Test
    void aDryRunWritesNothing() {
        assertThat(run("--dry-run", "--check-share", "0", "--search", "fixed-sequence", "--target-risk", "0.05"))
                .as(tiergate.err())
                .isZero();
        assertThat(tiergate.out()).contains("found by fixed-sequence search").containsPattern("checks +none");
        assertThat(certificate).doesNotExist();
    }

    @Test
    void aCertificateOfAnotherModelIsReplaced() throws Exception {
        assertThat(run()).as(tiergate.err()).isZero();
        String own = Files.readString(certificate);
        Files.writeString(
                certificate, own.replaceAll("\"model_digest\" : \"sha256:.", "\"model_digest\" : \"sha256:x"));

        assertThat(run()).as(tiergate.err()).isZero();
        assertThat(Files.readString(certificate).replaceAll("\"(created|expires)\".*", ""))
                .isEqualTo(own.replaceAll("\"(created|expires)\".*", ""));
    }

    @Test
    void whatCannotBePromisedIsSaidAndNothingIsWritten() throws Exception {
        LevelImages.writeNonsense(folder, "calibration", 500);

        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err())
                .contains("a risk of 3 % cannot be certified for tiny-image/1 with 99 % confidence")
                .contains("No certificate was written; nor can 30 %")
                .doesNotContain("was left");
        assertThat(certificate).doesNotExist();
    }

    @Test
    void anEarlierCertificateIsLeftAsItIsAndTheTargetThatCanBeMetIsNamed() throws Exception {
        Files.writeString(certificate, "an earlier one");

        // With a hundred images no threshold holds for 1 %.
        LevelImages.write(folder, "calibration", 100);
        assertThat(run("--target-risk", "0.01")).isEqualTo(1);
        assertThat(tiergate.err())
                .containsPattern(
                        "the lowest usual target that can be is \\d+ % \\(--target-risk 0\\.\\d+\\), with a coverage of")
                .contains("The certificate.json that is there was left as it is.");
        assertThat(certificate).hasContent("an earlier one");
    }

    @Test
    void aPackageThatCannotBeWrittenIsNamed() throws Exception {
        // A folder where the certificate would first be written.
        Files.createDirectories(version.resolve("certificate.json.new/in-the-way"));

        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err()).contains("certificate.json cannot be written into " + version);
    }

    @Test
    void picturesAreDrawn() {
        Path plots = folder.resolve("plots");

        assertThat(run("--dry-run", "--plots", plots.toString()))
                .as(tiergate.err())
                .isZero();
        assertThat(plots.resolve("risk-coverage.svg")).content().contains("<svg");
        assertThat(plots.resolve("reliability.svg")).content().contains("<svg");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--target-risk 3 | --target-risk: 3.0 (expected: above 0.0 and below 1.0)",
                "--confidence 1 | --confidence: 1.0",
                "--check-share 1 | --check-share: 1.0",
                "--temperature 0 | --temperature: 0.0",
                "--audit-rate -1 | --audit-rate: -1.0",
                "--valid-for soon | expected: days or hours, as 365d or 12h",
                "--search thorough | expected: binary or fixed-sequence"
            })
    void wrongUsageEndsWithTwoAndSaysWhatWasExpected(String options, String message) {
        assertThat(run(options.split(" ", -1))).isEqualTo(2);
        assertThat(tiergate.err()).contains(message);
    }

    @Test
    void onlyCalibrationImagesAreTaken() throws Exception {
        LevelImages.write(folder, "test", 2000);
        Files.delete(folder.resolve("calibration-images-idx3-ubyte.gz"));

        assertThat(run()).isEqualTo(1);
        assertThat(tiergate.err()).contains("has no calibration-images-idx3-ubyte.gz");
    }

    @Test
    void itHasHelp() {
        assertThat(tiergate.run("model", "calibrate", "--help")).isZero();
        assertThat(tiergate.out()).contains("Usage: tiergate model calibrate");
    }
}
