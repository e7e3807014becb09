package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a model gives, it fails closed: the gate says why it does not trust it, and the confidence is 0. */
class ReadingTest {
    private static final Gate LAX = FixedGates.of(-1e9);

    static Stream<Confidence> allKinds() {
        return Stream.of(Activation.values()).flatMap(activation -> Stream.concat(
                        Stream.of(Score.Formula.values()), Stream.of(new Score.Output("sure")))
                .map(score -> new Confidence(score, 1, activation)));
    }

    @ParameterizedTest
    @MethodSource("allKinds")
    void anEmptyOutputIsNeverAccepted(Confidence confidence) {
        assertDoubted("non-finite-output", confidence);
    }

    @ParameterizedTest
    @MethodSource("allKinds")
    void anOutputWithOneNumberThatIsNotFiniteIsNeverAccepted(Confidence confidence) {
        for (double bad : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertDoubted("non-finite-output", confidence, bad, 0, 1);
            assertDoubted("non-finite-output", confidence, 1, 0, bad);
            assertDoubted("non-finite-output", confidence, bad);
        }
    }

    @ParameterizedTest
    @MethodSource("allKinds")
    void anOutputOfAnotherNumberOfClassesIsNeverAccepted(Confidence confidence) {
        assertDoubted("wrong-class-count", confidence, 1);
        assertDoubted("wrong-class-count", confidence, 1, 0);
        assertDoubted("wrong-class-count", confidence, 1, 0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void logitsWhereProbabilitiesWereDeclaredAreNeverAccepted(Score.Formula score) {
        assertDoubted("not-probabilities", new Confidence(score, 1, Activation.NONE), 8.5, -2, 0.25);
        // Each between 0 and 1, as logits may happen to be.
        assertDoubted("not-probabilities", new Confidence(score, 1, Activation.NONE), 0.9, 0.5, 0.25);
    }

    @ParameterizedTest
    @EnumSource
    void probabilitiesThatAreNotNormalisedAreNeverAccepted(Score.Formula score) {
        assertDoubted("not-probabilities", new Confidence(score, 1, Activation.NONE), 0.9, 0.05, 0.06);
        assertDoubted("not-probabilities", new Confidence(score, 1, Activation.NONE), 0.3, 0.3, 0.3);
        assertDoubted("not-probabilities", new Confidence(score, 1, Activation.NONE), 0, 0, 0);
    }

    /** In single precision 1.0000001 is the first number above 1. */
    @Test
    void aProbabilityJustAboveOneIsRoundingAndCountsAsOne() {
        for (Score.Formula score :
                new Score.Formula[] {Score.Formula.MAX_SOFTMAX, Score.Formula.MARGIN, Score.Formula.ENTROPY}) {
            Reading reading = read(new Confidence(score, 1, Activation.NONE), 1.0000001f, 0, -1e-9);

            assertThat(reading.isUsable()).isTrue();
            assertThat(reading.score()).isEqualTo(1);
            assertThat(reading.distribution()).isEqualTo(Distribution.of(1, 0, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {50, 800, 1e4, 1e300})
    void aSaturatedSoftmaxIsLegalInEveryScore(double large) {
        for (Score.Formula score : Score.Formula.values()) {
            Reading reading = read(new Confidence(score, 1, Activation.SOFTMAX), -large, large, -large);

            assertThat(reading.isUsable()).isTrue();
            assertThat(reading.top()).isEqualTo(1);
            assertThat(reading.score()).isEqualTo(score == Score.Formula.ENERGY ? large : 1);
        }
    }

    @Test
    void saturatedSigmoidsAreLegalInEveryScore() {
        for (Score.Formula score : Score.Formula.values()) {
            Reading sure = read(new Confidence(score, 1, Activation.SIGMOID), -1e4, 1e4, -1e4);
            Reading lost = read(new Confidence(score, 1, Activation.SIGMOID), -1e4, -1e4, -1e4);

            assertThat(sure.distribution()).isEqualTo(Distribution.of(0, 1, 0));
            assertThat(sure.score()).isFinite();
            assertThat(lost.isUsable()).isTrue();
            assertThat(lost.score()).isFinite();
        }
    }

    @Test
    void zerosAndOnesAreProbabilitiesInEveryScore() {
        for (Score.Formula score : Score.Formula.values()) {
            Reading reading = read(new Confidence(score, 1, Activation.NONE), 0, 1, 0);

            assertThat(reading.isUsable()).isTrue();
            assertThat(reading.score()).isFinite();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void anOwnScoreThatIsNotFiniteIsNeverAccepted(double bad) {
        Reading reading = Reading.of(5, 0, 0);
        reading.ownScore(bad);
        new Confidence(new Score.Output("sure"), 1, Activation.SOFTMAX).read(reading, 3);

        assertDoubted("non-finite-output", reading);
    }

    @Test
    void anOwnScoreIsNotKeptForTheNextSample() {
        Confidence confidence = new Confidence(new Score.Output("sure"), 1, Activation.SOFTMAX);
        Reading reading = Reading.of(5, 0, 0);
        reading.ownScore(1);
        confidence.read(reading, 3);
        assertThat(reading.isUsable()).isTrue();

        reading.values(3)[0] = 4;
        confidence.read(reading, 3);

        assertDoubted("non-finite-output", reading);
    }

    @Test
    void aSampleThatHasNotBeenReadIsDoubted() {
        assertDoubted("non-finite-output", new Reading());
        Reading reading = read(new Confidence(Score.Formula.MARGIN, 1, Activation.SOFTMAX), 5, 0, 0);
        reading.values(3);
        assertDoubted("non-finite-output", reading);
    }

    @Test
    void nothingOfALargerSampleIsLeftInTheNext() {
        Confidence confidence = new Confidence(Score.Formula.MARGIN, 1, Activation.SOFTMAX);
        Reading reading = Reading.of(0, 0, 0, Double.NaN, 1e9);
        confidence.read(reading, 5);
        double[] values = reading.values(2);
        values[0] = Math.log(3);
        values[1] = 0;
        confidence.read(reading, 2);

        // Odds of 3 : 1.
        assertThat(reading.score()).isCloseTo(0.5, within(1e-15));
        assertThat(reading.distribution().size()).isEqualTo(2);
        assertThat(reading.top()).isZero();
    }

    @Test
    void whatWasTakenFromAReadingIsNotChangedByTheNextSample() {
        Confidence confidence = new Confidence(Score.Formula.MARGIN, 1, Activation.SOFTMAX);
        Reading reading = Reading.of(1e4, 0);
        confidence.read(reading, 2);
        Assessment first = reading.toAssessment();
        reading.values(2)[0] = -1e4;
        confidence.read(reading, 2);

        assertThat(first).isEqualTo(new Assessment(1, Distribution.of(1, 0)));
        assertThat(reading.toAssessment()).isEqualTo(new Assessment(1, Distribution.of(0, 1)));
    }

    @ParameterizedTest
    @MethodSource("allKinds")
    void readingAndDecidingAllocateNothing(Confidence confidence) {
        Tensor outputs = Tensor.ofFloats("logits", Shape.of(2, 3), 5, 0, 0, 0.25f, 0.5f, 0.25f);
        Gate gate = FixedGates.of(0.5, 0.01, () -> Long.MIN_VALUE);
        Reading reading = new Reading();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        readAndDecide(outputs, confidence, reading, gate, 10_000);

        long before = threads.getCurrentThreadAllocatedBytes();
        readAndDecide(outputs, confidence, reading, gate, 10_000);
        long perSample = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;

        assertThat(perSample).isZero();
    }

    private static void readAndDecide(Tensor outputs, Confidence confidence, Reading reading, Gate gate, int samples) {
        for (int i = 0; i < samples; i++) {
            outputs.copyRow(i % 2, 3, reading.values(3));
            reading.ownScore(0.25);
            confidence.read(reading, 3);
            gate.decide(reading, GateRequest.DEFAULT);
        }
    }

    private static void assertDoubted(String reason, Confidence confidence, double... values) {
        Reading reading = Reading.of(values);
        reading.ownScore(1);
        confidence.read(reading, 3);
        assertDoubted(reason, reading);
    }

    private static void assertDoubted(String reason, Reading reading) {
        assertThat(LAX.decide(reading, GateRequest.DEFAULT))
                .isEqualTo(new GateDecision.Escalate(reason, -1e9, 0, true));
        assertThat(reading.isUsable()).isFalse();
        assertThat(reading.score()).isZero();
        assertThat(reading.toAssessment()).isSameAs(Assessment.UNUSABLE);
    }

    private static Reading read(Confidence confidence, double... values) {
        Reading reading = Reading.of(values);
        confidence.read(reading, values.length);
        return reading;
    }
}
