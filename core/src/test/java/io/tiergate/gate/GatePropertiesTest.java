package io.tiergate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

class GatePropertiesTest {
    @Property
    void raisingTheThresholdNeverTurnsADoubtIntoAnAcceptance(
            @ForAll("logits") double[] logits,
            @ForAll Score.Formula score,
            @ForAll @DoubleRange(min = -2, max = 2) double threshold,
            @ForAll @DoubleRange(max = 2) double rise) {
        Reading reading = read(new Confidence(score, 1, Activation.SOFTMAX), logits);

        if (accepts(threshold + rise, reading, GateRequest.DEFAULT)) {
            assertThat(accepts(threshold, reading, GateRequest.DEFAULT)).isTrue();
        }
    }

    @Property
    void aRequestOnlyEverMakesTheGateStricter(
            @ForAll @DoubleRange(max = 1) double score,
            @ForAll @DoubleRange(max = 1) double threshold,
            @ForAll @DoubleRange(min = -1, max = 2) double asked,
            @ForAll boolean always) {
        Reading reading = GateTest.scored(score);

        if (accepts(threshold, reading, new GateRequest(true, true, always, OptionalDouble.of(asked)))) {
            assertThat(accepts(threshold, reading, GateRequest.DEFAULT)).isTrue();
            assertThat(score).isGreaterThanOrEqualTo(asked);
        }
    }

    @Property
    void scoresOfProbabilitiesStayBetweenZeroAndOne(
            @ForAll("logits") double[] logits,
            @ForAll @DoubleRange(min = 0.01, max = 100) double temperature,
            @ForAll Activation activation,
            @ForAll Score.Formula score) {
        Reading reading = read(new Confidence(score, temperature, activation), logits);

        assertThat(reading.score()).isFinite();
        if (score != Score.Formula.ENERGY) {
            assertThat(reading.score()).isBetween(0.0, 1.0);
        }
    }

    @Property
    void softmaxSumsToOne(
            @ForAll("logits") double[] logits, @ForAll @DoubleRange(min = 0.01, max = 100) double temperature) {
        Reading reading = softmax(logits, temperature);
        double sum = 0;
        for (int i = 0; i < reading.classes(); i++) {
            sum += reading.probability(i);
        }
        assertThat(sum).isCloseTo(1, within(1e-12));
    }

    @Property
    void temperatureAndShiftNeverChangeTheTopClass(
            @ForAll("logits") double[] logits, @ForAll @DoubleRange(min = 0.1, max = 10) double temperature) {
        double[] shifted = logits.clone();
        java.util.Arrays.setAll(shifted, i -> logits[i] + 16);
        int top = softmax(logits, 1).top();

        // Rounding may turn a hair's breadth into a tie, which then goes to the lower class.
        assertThat(logits[softmax(shifted, temperature).top()]).isCloseTo(logits[top], within(1e-9));
    }

    @Property
    void energyLiesBetweenTheLargestLogitAndThatPlusTheTemperaturesShareOfAllClasses(
            @ForAll("logits") double[] logits, @ForAll @DoubleRange(min = 0.01, max = 100) double temperature) {
        double largest = java.util.Arrays.stream(logits).max().orElseThrow();
        double energy = read(new Confidence(Score.Formula.ENERGY, temperature, Activation.SOFTMAX), logits)
                .score();

        assertThat(energy).isBetween(largest - 1e-9, largest + temperature * Math.log(logits.length) + 1e-9);
    }

    private static Reading softmax(double[] logits, double temperature) {
        return read(new Confidence(Score.Formula.MARGIN, temperature, Activation.SOFTMAX), logits);
    }

    private static Reading read(Confidence confidence, double[] numbers) {
        Reading reading = Reading.of(numbers);
        confidence.read(reading, numbers.length);
        return reading;
    }

    private static boolean accepts(double threshold, Reading reading, GateRequest request) {
        return FixedGates.of(threshold).decide(reading, request) instanceof GateDecision.Accept;
    }

    /** Logits of 2 to 12 classes, mostly ordinary, sometimes far out. */
    @Provide
    Arbitrary<double[]> logits() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(8, Arbitraries.doubles().between(-20, 20)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.doubles().between(-1e4, 1e4)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.of(0.0, 1.0)))
                .array(double[].class)
                .ofMinSize(2)
                .ofMaxSize(12);
    }
}
