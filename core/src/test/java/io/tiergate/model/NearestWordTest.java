package io.tiergate.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestWordTest {
    @ParameterizedTest
    @CsvSource({
        "treshold, threshold",
        "polycy, policy",
        "audit_rate, audit-rate",
        "thresholds, threshold",
        "policy, policy"
    })
    void theWordWithTheFewestDifferencesIsGuessed(String word, String expected) {
        assertThat(NearestWord.to(word, List.of("audit-rate", "policy", "threshold")))
                .isEqualTo(expected);
    }

    @Test
    void withoutCandidatesThereIsNoGuess() {
        assertThat(NearestWord.to("policy", List.of())).isEmpty();
    }
}
