package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.cli.TestCommandLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command as a person calls it, on real ONNX files of a few nodes. */
class GateReplayCommandTest {
    private static final String MODEL = LevelImages.MODELS.resolve("tiny-image").toString();
    private static final String ENSEMBLE =
            LevelImages.MODELS.resolve("tiny-ensemble").toString();

    @TempDir
    private Path folder;

    private final TestCommandLine tiergate = new TestCommandLine();

    @BeforeEach
    void writeImages() throws Exception {
        LevelImages.write(folder, "calibration", 2000);
        LevelImages.write(folder, "test", 1200);
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(
                List.of("gate", "replay", "--model", MODEL, "--ensemble", ENSEMBLE, "--data", folder.toString()));
        arguments.addAll(List.of(more));
        return tiergate.run(arguments.toArray(String[]::new));
    }

    private int runCalibrated(String... more) {
        List<String> arguments = new ArrayList<>(List.of("--calibration", folder.toString()));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private JsonNode report(String... more) throws Exception {
        Path file = folder.resolve("report.json");
        List<String> arguments = new ArrayList<>(List.of("--report", file.toString()));
        arguments.addAll(List.of(more));
        assertThat(runCalibrated(arguments.toArray(String[]::new)))
                .as(tiergate.err())
                .isZero();
        return new ObjectMapper().readTree(Files.readString(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gate", "gate replay"})
    void itHasHelp(String command) {
        assertThat(tiergate.run((command + " --help").split(" ", -1))).isZero();
        assertThat(tiergate.out()).contains("Usage: tiergate " + command);
    }

    @Test
    void everyImageOnceInFileOrderUnderTheDefaultPromise() throws Exception {
        JsonNode report = report();

        assertThat(report.get("policy").asText()).isEqualTo("risk:0.03@0.99");
        assertThat(report.get("requests").asInt()).isEqualTo(1200);
        assertThat(report.get("accepted").asInt() + report.get("escalated").asInt())
                .isEqualTo(1200);
        assertThat(report.get("true_risk").asDouble()).isLessThan(0.03);
        assertThat(report.get("certified_coverage").asDouble()).isGreaterThan(0.7);
        assertThat(report.get("windows")).hasSize(3);
        assertThat(tiergate.out()).contains("1,200 requests to tiny-image/1 under risk:0.03@0.99, seed 1");
    }

    @Test
    void theSameSeedGivesTheSameReportToTheByte() throws Exception {
        String[] noisy = {"--requests", "3000", "--drift", "noise:30@1000", "--seed", "7"};
        report(noisy);
        byte[] once = Files.readAllBytes(folder.resolve("report.json"));
        report(noisy);
        byte[] again = Files.readAllBytes(folder.resolve("report.json"));
        report("--requests", "3000", "--drift", "noise:30@1000", "--seed", "8");
        byte[] otherSeed = Files.readAllBytes(folder.resolve("report.json"));

        assertThat(again).isEqualTo(once);
        assertThat(otherSeed).isNotEqualTo(once);
    }

    @Test
    void aDriftRaisesAnAlarmAfterItsIndex() throws Exception {
        JsonNode report = report("--requests", "3000", "--drift", "brightness:-150@2000");

        assertThat(report.get("drift_at").asInt()).isEqualTo(2000);
        assertThat(report.get("alarms").get(0).get("at").asInt()).isBetween(2001, 2100);
        assertThat(report.get("threshold_end").asDouble())
                .isNotEqualTo(report.get("threshold_start").asDouble());
    }

    @Test
    void aThresholdOfOnesOwnNeedsNoCalibration() throws Exception {
        Files.delete(folder.resolve("calibration-images-idx3-ubyte.gz"));
        Path plot = folder.resolve("plot.svg");

        assertThat(run("--policy", "fixed:0.5", "--target-risk", "0.01", "--plot", plot.toString()))
                .as(tiergate.err())
                .isZero();
        assertThat(tiergate.out())
                .contains("fixed:0.5")
                .contains("threshold 0.500000")
                .contains("target 1 %");
        assertThat(plot).content().contains("<svg");
        assertThat(folder.resolve("plot-risk-coverage.svg")).content().contains("<svg");
        assertThat(folder.resolve("plot-reliability.svg")).content().contains("<svg");
    }

    @Test
    void whereNothingCanBePromisedNothingIsAccepted() throws Exception {
        LevelImages.writeNonsense(folder, "calibration", 2000);
        JsonNode report = report();

        assertThat(report.get("accepted").asInt()).isZero();
        assertThat(report.get("threshold_start").isNull()).isTrue();
        assertThat(report.get("certified_coverage").isNull()).isTrue();
        assertThat(report.get("reasons").get("no-certificate").asInt()).isEqualTo(1200);
    }

    @Test
    void withoutAnEnsembleItSaysThatThereAreNoVerdicts() {
        assertThat(tiergate.run("gate", "replay", "--model", MODEL, "--data", folder.toString(), "--policy", "shadow"))
                .isZero();
        assertThat(tiergate.out())
                .contains("without --ensemble there are no verdicts")
                .contains("accepted             100.0 %");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--policy fixed | expected: fixed:T",
                "--policy fixed:0.5 --confidence 0.9 | --policy, or --target-risk and --confidence",
                "--policy risk:0.1 --target-risk 0.1 | --policy, or --target-risk and --confidence",
                "--target-risk 3 | --target-risk: 3.0 (expected: above 0.0 and below 1.0)",
                "--policy fixed:0.5 --requests 0 | --requests: 0 (expected: 1 or more)",
                "--policy fixed:0.5 --verdict-delay -1 | --verdict-delay: -1",
                "--policy fixed:0.5 --audit-rate 2 | --audit-rate: 2.0",
                "--policy fixed:0.5 --drift rotate:20 | expected: KIND:AMOUNT@INDEX",
                "--policy budget:0.1 | --calibration is missing: policy budget needs labelled images"
            })
    void wrongUsageEndsWithTwoAndSaysWhatWasExpected(String options, String message) {
        assertThat(run(options.split(" ", -1))).isEqualTo(2);
        assertThat(tiergate.err()).contains(message);
    }

    @Test
    void missingFilesAreNamed() throws Exception {
        Files.delete(folder.resolve("calibration-labels-idx1-ubyte.gz"));

        assertThat(runCalibrated()).isEqualTo(1);
        assertThat(tiergate.err()).contains("--calibration").contains("has no calibration-labels-idx1-ubyte.gz");
        assertThat(tiergate.run(
                        "gate", "replay", "--model", ENSEMBLE, "--data", folder.toString(), "--policy", "shadow"))
                .isEqualTo(1);
        assertThat(tiergate.err()).contains("tiny-ensemble/1 is another kind of package (expected: an edge model");
    }
}
