package io.tiergate.cli.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tiergate.cli.TestCommandLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three large models on real photographs. */
class FashionEnsembleCalibrationIT {
    /** The repository's neighbour; not a part of it. */
    private static final Path DATA = Path.of("..", "..", "shared", "data", "fashion-mnist")
            .toAbsolutePath()
            .normalize();

    private final TestCommandLine tiergate = new TestCommandLine();

    @BeforeEach
    void needTheImages() {
        assumeThat(DATA)
                .as("not tried: the shared photographs and models are not beside the repository")
                .isDirectory();
    }

    private void run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "model",
                "calibrate",
                "--model",
                DATA.resolve("models/fashion-ensemble").toString(),
                "--data",
                DATA.toString(),
                "--dry-run"));
        arguments.addAll(List.of(more));
        assertThat(tiergate.run(arguments.toArray(String[]::new)))
                .as(tiergate.err())
                .isZero();
    }

    private double number(String pattern) {
        Matcher found = Pattern.compile(pattern).matcher(tiergate.out());
        assertThat(found.find()).as(tiergate.out()).isTrue();
        return Double.parseDouble(found.group(1));
    }

    @Test
    void aTargetRiskIsKeptWithFewImagesForPeople() {
        run();

        assertThat(number("cloud-a.onnx: (\\d\\.\\d+), was")).isCloseTo(1.01, within(0.05));
        assertThat(number("chosen +max-entropy (\\d\\.\\d+):")).isCloseTo(0.59, within(0.02));
        assertThat(number("\\* +\\d\\.\\d+ +(\\d+\\.\\d+) %")).isCloseTo(14, within(0.5));
        assertThat(number("\\(upper bound (\\d\\.\\d+) %")).isLessThan(3);
    }

    /** The limit that the study of these models has, 1.262 nats, sends 1 % to people. */
    @Test
    void aShareForPeopleIsKept() {
        run("--people-share", "0.01");

        assertThat(number("before +max-entropy 1.262000: (\\d\\.\\d+) %")).isCloseTo(1.09, within(0.05));
        assertThat(number("chosen +max-entropy (\\d\\.\\d+):")).isCloseTo(1.286, within(0.03));
        assertThat(number("\\* +\\d\\.\\d+ +(\\d\\.\\d+) %")).isCloseTo(1, within(0.05));
    }
}
