package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "fixed:0.74 | policy: fixed, threshold: 0.74 | fixed:0.74",
                "budget:0.10 | {policy: budget, max-escalation-rate: 0.1} | budget:0.1",
                "risk:0.03@0.99 | policy: risk, target-risk: 0.03, confidence: 0.99 | risk:0.03@0.99",
                "risk:0.05 | policy: risk, target-risk: 0.05 | risk:0.05@0.99",
                "shadow | preset: shadow | shadow"
            })
    void aShortFormIsTheManifestsInFewerLetters(String shortForm, String section, String words) {
        assertThat(PolicyText.parse(shortForm)).isEqualTo(PolicyText.parse(section));
        assertThat(PolicyText.words(PolicyText.parse(shortForm))).isEqualTo(words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "fixed", "fixed:high", "budget:2", "risk:3@0.99", "fixed:0.5@0.9", "policy: fast", "shadow:1"
            })
    void whatIsNoPolicySaysWhatIsOne(String text) {
        assertThatThrownBy(() -> PolicyText.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: fixed:T, budget:SHARE, risk:R@C, shadow");
    }

    @Test
    void anotherAuditRateChangesNothingElse() {
        assertThat(PolicyText.audited(PolicyText.parse("fixed:0.74"), 0.02))
                .isEqualTo(PolicyText.parse("policy: fixed, threshold: 0.74, audit-rate: 0.02"));
    }
}
