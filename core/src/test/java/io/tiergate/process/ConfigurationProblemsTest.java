package io.tiergate.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"default", "Werk-2.nord_a", "...", "a"})
    void topicsAndFoldersCanBeNamedAfterATenant(String name) {
        assertThat(new ConfigurationProblems().tenant(name).summary()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "a b", "ä"})
    void nothingCanBeNamedAfterSomeTenants(String name) {
        assertThat(new ConfigurationProblems().tenant(name).summary()).startsWith("tiergate.tenant: '" + name + "'");
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
