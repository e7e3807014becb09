package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {
    private static final double THRESHOLD = 0.743885;
    private static final AuditSampler ALWAYS_LOW = new AuditSampler(() -> 0);
    private final Gate gate = new Gate(new GatePolicy.Fixed(THRESHOLD, 0), ALWAYS_LOW);

    @Test
    void acceptsAScoreExactlyAtTheThreshold() {
        assertThat(gate.decide(scored(THRESHOLD), GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Accept("confident", THRESHOLD, 0));
    }

    @Test
    void doubtsTheNextSmallerScore() {
        assertThat(gate.decide(scored(Math.nextDown(THRESHOLD)), GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Doubt("below-threshold", THRESHOLD));
    }

    @Test
    void comparesInDoublePrecision() {
        double aboveInDouble = 0.1 + 1e-12;
        Gate fine = new Gate(new GatePolicy.Fixed(aboveInDouble, 0), ALWAYS_LOW);

        assertThat((float) aboveInDouble).isEqualTo((float) 0.1);
        assertThat(fine.decide(scored(0.1), GateRequest.DEFAULT)).isInstanceOf(GateDecision.Doubt.class);
    }

    @Test
    void aStricterThresholdOfTheRequestCounts() {
        assertThat(gate.decide(scored(0.85), request(0.9))).isEqualTo(new GateDecision.Doubt("below-threshold", 0.9));
        assertThat(gate.decide(scored(0.9), request(0.9))).isEqualTo(new GateDecision.Accept("confident", 0.9, 0));
    }

    @Test
    void aLaxerThresholdOfTheRequestHasNoEffect() {
        assertThat(gate.decide(scored(0.5), request(0.1)))
                .isEqualTo(new GateDecision.Doubt("below-threshold", THRESHOLD));
        assertThat(gate.decide(scored(0.8), request(-5))).isEqualTo(new GateDecision.Accept("confident", THRESHOLD, 0));
    }

    @Test
    void doubtsEverythingWhenAskedTo() {
        GateRequest always = new GateRequest(true, true, OptionalDouble.empty());

        assertThat(gate.decide(scored(1), always)).isEqualTo(new GateDecision.Doubt("requested", THRESHOLD));
    }

    @Test
    void neverAcceptsAnOutputThatCouldNotBeRead() {
        Gate lax = new Gate(new GatePolicy.Fixed(-1, 1), ALWAYS_LOW);

        for (boolean always : new boolean[] {false, true}) {
            GateRequest request = new GateRequest(true, always, OptionalDouble.empty());
            assertThat(lax.decide(given(), request)).isEqualTo(new GateDecision.Doubt("non-finite-output", -1));
            assertThat(lax.decide(given(7, -3), request)).isEqualTo(new GateDecision.Doubt("not-probabilities", -1));
            assertThat(lax.decide(given(0.5, 0.25, 0.25), request))
                    .isEqualTo(new GateDecision.Doubt("wrong-class-count", -1));
        }
    }

    @Test
    void anUnusableOutputKeepsItsReasonUnderAStricterThreshold() {
        assertThat(gate.decide(given(7, -3), request(0.9))).isEqualTo(new GateDecision.Doubt("not-probabilities", 0.9));
    }

    @Test
    void auditsCarryTheirProbability() {
        Gate audited = new Gate(new GatePolicy.Fixed(0.5, 0.25), ALWAYS_LOW);

        assertThat(audited.decide(scored(0.8), GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Accept("confident", 0.5, 0.25))
                .matches(decision -> ((GateDecision.Accept) decision).isAudited());
    }

    @Test
    void neverAuditsWhatMayNotBeAudited() {
        Gate audited = new Gate(new GatePolicy.Fixed(0.5, 1), ALWAYS_LOW);

        assertThat(audited.decide(scored(0.8), new GateRequest(false, false, OptionalDouble.empty())))
                .isEqualTo(new GateDecision.Accept("confident", 0.5, 0));
    }

    @Test
    void neverDrawsAnAuditForWhatIsDoubted() {
        Gate audited = new Gate(new GatePolicy.Fixed(0.5, 1), new AuditSampler(() -> {
            throw new AssertionError("drawn for a doubted answer");
        }));

        assertThat(audited.decide(scored(0.4), GateRequest.DEFAULT)).isInstanceOf(GateDecision.Doubt.class);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void aThresholdMustBeFinite(double threshold) {
        assertThatThrownBy(() -> new GatePolicy.Fixed(threshold, 0))
                .hasMessage("threshold: %s (expected: a finite number)", threshold);
        assertThatThrownBy(() -> request(threshold)).hasMessage("threshold: %s (expected: a finite number)", threshold);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, 1.01, 1.5, Double.NaN})
    void anAuditRateIsAProbability(double rate) {
        assertThatThrownBy(() -> new GatePolicy.Fixed(0.5, rate))
                .hasMessage("audit-rate: %s (expected: 0.0 to 1.0). It is a probability; for 1 %% write 0.01.", rate);
    }

    private static GateRequest request(double threshold) {
        return new GateRequest(true, false, OptionalDouble.of(threshold));
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
