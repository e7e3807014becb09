package io.tiergate.cli.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tiergate.cli.TestCommandLine;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images on which low risks cannot be promised. */
class SolarCalibrationIT {
    /** The repository's neighbour; not a part of it. */
    private static final Path DATA =
            Path.of("..", "..", "shared", "data", "solar-ir").toAbsolutePath().normalize();

    private static final Pattern THRESHOLD = Pattern.compile("threshold +(\\d\\.\\d+) on margin");

    private final TestCommandLine tiergate = new TestCommandLine();

    @BeforeEach
    void needTheImages() {
        assumeThat(DATA)
                .as("not tried: the shared solar images and models are not beside the repository")
                .isDirectory();
    }

    private int run(String targetRisk) {
        return tiergate.run(
                "model",
                "calibrate",
                "--model",
                DATA.resolve("models/solar-edge").toString(),
                "--data",
                DATA.toString(),
                "--dry-run",
                "--target-risk",
                targetRisk);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.01", "0.02", "0.03"})
    void aLowRiskIsRefusedAndTheOneThatCanBePromisedNamed(String targetRisk) {
        assertThat(run(targetRisk)).isEqualTo(1);
        assertThat(tiergate.err())
                .contains("cannot be certified for solar-edge/1")
                .contains(
                        "the lowest usual target that can be is 5 % (--target-risk 0.05), with a coverage of 22.98 %");
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0.914897", "0.08, 0.737865", "0.10, 0.648793"})
    void aHigherOneIsPromised(String targetRisk, double threshold) {
        assertThat(run(targetRisk)).isZero();
        Matcher found = THRESHOLD.matcher(tiergate.out());
        assertThat(found.find()).isTrue();
        assertThat(Double.parseDouble(found.group(1))).isCloseTo(threshold, within(1e-4));
    }
}
