package io.tiergate.ensemble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.gate.Distribution;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class AdjudicationTest {
    private static final OptionalDouble NO_LIMIT = OptionalDouble.empty();

    @Test
    void withoutRulesEveryOpinionStands() {
        assertThat(new Adjudication(NO_LIMIT, NO_LIMIT, false).doubt(opinion(1.0, false, 0.4, 0.3, 0.3)))
                .isEmpty();
    }

    @Test
    void anEntropyExactlyAtTheLimitStands() {
        Adjudication rule = new Adjudication(OptionalDouble.of(0.5), NO_LIMIT, false);

        assertThat(rule.doubt(opinion(0.5, true, 0.9, 0.1))).isEmpty();
        assertThat(rule.doubt(opinion(Math.nextUp(0.5), true, 0.9, 0.1))).isPresent();
        assertThat(rule.doubt(opinion(0.7514, true, 0.9, 0.1))).contains("entropy 0.751 above 0.500");
    }

    @Test
    void aConfidenceExactlyAtTheLimitStands() {
        Adjudication rule = new Adjudication(NO_LIMIT, OptionalDouble.of(0.8), false);

        assertThat(rule.doubt(opinion(0, true, 0.8, 0.2))).isEmpty();
        assertThat(rule.doubt(opinion(0, true, 0.3, 0.7))).contains("confidence 0.700 below 0.800");
    }

    @Test
    void disagreeingMembersAreDoubtedWhereUnanimityIsAsked() {
        Adjudication rule = new Adjudication(NO_LIMIT, NO_LIMIT, true);

        assertThat(rule.doubt(opinion(0, true, 0.8, 0.2))).isEmpty();
        assertThat(rule.doubt(opinion(0, false, 0.8, 0.2))).contains("members disagree");
    }

    @Test
    void everyLimitMustHold() {
        Adjudication rule = new Adjudication(OptionalDouble.of(0.5), OptionalDouble.of(0.8), true);

        assertThat(rule.doubt(opinion(0.4, true, 0.9, 0.1))).isEmpty();
        assertThat(rule.doubt(opinion(0.6, true, 0.9, 0.1))).isPresent();
        assertThat(rule.doubt(opinion(0.4, true, 0.7, 0.3))).isPresent();
        assertThat(rule.doubt(opinion(0.4, false, 0.9, 0.1))).isPresent();
    }

    @Test
    void withoutQuorumAPersonDecidesWhateverTheRules() {
        assertThat(new Adjudication(NO_LIMIT, NO_LIMIT, false).doubt(Opinion.withoutQuorum(List.of())))
                .contains("no-quorum");
    }

    @Test
    void limitsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new Adjudication(OptionalDouble.of(-0.1), NO_LIMIT, false))
                .hasMessage("max-entropy: -0.1 (expected: 0 or more, in nats)");
        assertThatThrownBy(() -> new Adjudication(OptionalDouble.of(Double.NaN), NO_LIMIT, false))
                .hasMessageStartingWith("max-entropy: NaN");
        assertThatThrownBy(() -> new Adjudication(NO_LIMIT, OptionalDouble.of(80), false))
                .hasMessage("min-confidence: 80.0 (expected: 0.0 to 1.0)");
        assertThatThrownBy(() -> new Adjudication(NO_LIMIT, OptionalDouble.of(Double.NaN), false))
                .hasMessageStartingWith("min-confidence: NaN");
    }

    private static Opinion opinion(double entropy, boolean unanimous, double... probabilities) {
        return new Opinion(Distribution.of(probabilities), new Disagreement(entropy, 0, 0, unanimous), List.of());
    }
}
