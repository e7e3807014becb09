package io.tiergate.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConfigurationProblemsTest {
    @Test
    void soundValuesMakeNoProblem() {
        assertThat(new ConfigurationProblems()
                        .within("port", 0, 0, 65_535)
                        .within("port", 65_535, 0, 65_535)
                        .notNegative("wait", Duration.ZERO)
                        .aboveZero("pause", Duration.ofNanos(1))
                        .require(true, "never")
                        .summary())
                .isEmpty();
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThat(new ConfigurationProblems()
                        .within("port", 65_536, 0, 65_535)
                        .notNegative("wait", Duration.ofNanos(-1))
                        .aboveZero("pause", Duration.ZERO)
                        .require(false, "tenant: '' (expected: letters)")
                        .summary())
                .isEqualTo("port: 65536 (expected: 0 to 65535); wait: PT-0.000000001S (expected: zero or more);"
                        + " pause: PT0S (expected: above zero); tenant: '' (expected: letters)");
    }
}
