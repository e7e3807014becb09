package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.gate.check.Statistic;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    private static final double THRESHOLD = 0.743885;
    private final Gate gate = FixedGates.of(THRESHOLD);

    @Test
    void acceptsAScoreExactlyAtTheThreshold() {
        assertThat(gate.decide(scored(THRESHOLD), GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Accept("confident", THRESHOLD, 0, 0));
    }

    @Test
    void doubtsTheNextSmallerScore() {
        assertThat(gate.decide(scored(Math.nextDown(THRESHOLD)), GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Escalate("below-threshold", THRESHOLD, 0, true));
    }

    @Test
    void comparesInDoublePrecision() {
        double aboveInDouble = 0.1 + 1e-12;
        Gate fine = FixedGates.of(aboveInDouble, 0, FixedGates.ALWAYS_LOW);

        assertThat((float) aboveInDouble).isEqualTo((float) 0.1);
        assertThat(fine.decide(scored(0.1), GateRequest.DEFAULT)).isInstanceOf(GateDecision.Escalate.class);
    }

    @Test
    void aStricterThresholdOfTheRequestCounts() {
        assertThat(gate.decide(scored(0.85), request(0.9)))
                .isEqualTo(new GateDecision.Escalate("below-threshold", 0.9, 0, true));
        assertThat(gate.decide(scored(0.9), request(0.9))).isEqualTo(new GateDecision.Accept("confident", 0.9, 0, 0));
    }

    @Test
    void aLaxerThresholdOfTheRequestHasNoEffect() {
        assertThat(gate.decide(scored(0.5), request(0.1)))
                .isEqualTo(new GateDecision.Escalate("below-threshold", THRESHOLD, 0, true));
        assertThat(gate.decide(scored(0.8), request(-5)))
                .isEqualTo(new GateDecision.Accept("confident", THRESHOLD, 0, 0));
    }

    @Test
    void doubtsEverythingWhenAskedTo() {
        GateRequest always = new GateRequest(true, true, true, OptionalDouble.empty());

        assertThat(gate.decide(scored(1), always))
                .isEqualTo(new GateDecision.Escalate("requested", THRESHOLD, 0, true));
    }

    /** A verdict on it must not speak for the threshold that its score would have reached. */
    @Test
    void aFailedCheckKeepsItsReasonThoughTheCallerWantsTheSampleEscalated() {
        GateRequest always = new GateRequest(true, true, true, OptionalDouble.empty());

        assertThat(gate.decide(scored(1), always, Statistic.INPUT_MEAN))
                .isEqualTo(new GateDecision.Escalate(Reasons.of(Statistic.INPUT_MEAN), THRESHOLD, 0, true));
    }

    @Test
    void neverAcceptsAnOutputThatCouldNotBeRead() {
        Gate lax = FixedGates.of(-1, 1, FixedGates.ALWAYS_LOW);

        for (boolean always : new boolean[] {false, true}) {
            GateRequest request = new GateRequest(true, true, always, OptionalDouble.empty());
            assertThat(lax.decide(given(), request))
                    .isEqualTo(new GateDecision.Escalate("non-finite-output", -1, 0, true));
            assertThat(lax.decide(given(7, -3), request))
                    .isEqualTo(new GateDecision.Escalate("not-probabilities", -1, 0, true));
            assertThat(lax.decide(given(0.5, 0.25, 0.25), request))
                    .isEqualTo(new GateDecision.Escalate("wrong-class-count", -1, 0, true));
        }
    }

    @Test
    void anUnusableOutputKeepsItsReasonUnderAStricterThreshold() {
        assertThat(gate.decide(given(7, -3), request(0.9)))
                .isEqualTo(new GateDecision.Escalate("not-probabilities", 0.9, 0, true));
    }

    @Test
    void auditsCarryTheirProbability() {
        Gate audited = FixedGates.of(0.5, 0.25, FixedGates.ALWAYS_LOW);

        assertThat(audited.decide(scored(0.8), GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Accept("confident", 0.5, 0.25, 0))
                .matches(decision -> ((GateDecision.Accept) decision).isAudited());
    }

    @Test
    void neverAuditsWhatMayNotBeAudited() {
        Gate audited = FixedGates.of(0.5, 1, FixedGates.ALWAYS_LOW);

        assertThat(audited.decide(scored(0.8), new GateRequest(true, false, false, OptionalDouble.empty())))
                .isEqualTo(new GateDecision.Accept("confident", 0.5, 0, 0));
    }

    @Test
    void neverDrawsAnAuditForWhatIsDoubted() {
        Gate audited = FixedGates.of(0.5, 1, () -> {
            throw new AssertionError("drawn for a doubted answer");
        });

        assertThat(audited.decide(scored(0.4), GateRequest.DEFAULT)).isInstanceOf(GateDecision.Escalate.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aThresholdMustBeFinite(double threshold) {
        assertThatThrownBy(() -> new GatePolicy.Fixed(threshold))
                .hasMessage("threshold: %s (expected: a finite number)", threshold);
        assertThatThrownBy(() -> request(threshold)).hasMessage("threshold: %s (expected: a finite number)", threshold);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, 1.5, Double.NaN})
    void anAuditRateIsAProbability(double rate) {
        assertThatThrownBy(() -> AuditRules.of(rate))
                .hasMessage(
                        "audit-rate: %s (expected: 0.0 to 1.0, or auto). It is a probability; for 1 %% write 0.01.",
                        rate);
    }

    private static GateRequest request(double threshold) {
        return new GateRequest(true, true, false, OptionalDouble.of(threshold));
    }

    /** An answer of just this score, as a model with a measure of its own gives it. */
    static Reading scored(double score) {
        Reading reading = Reading.of(0.9, 0.1);
        reading.ownScore(score);
        new Confidence(new Score.Output("sure"), 1, Activation.NONE).read(reading, 2);
        return reading;
    }

    private static Reading given(double... values) {
        Reading reading = Reading.of(values);
        new Confidence(Score.Formula.MARGIN, 1, Activation.NONE).read(reading, 2);
        return reading;
    }
}
