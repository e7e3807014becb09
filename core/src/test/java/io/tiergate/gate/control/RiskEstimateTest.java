package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Quantiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RiskEstimateTest {
    private static final double RATE = 0.1;
    private static final Quantiles UNIFORM = new Quantiles(List.of(0.0, 1.0));
    /** The ensemble sees half of the errors, and little else. */
    private static final Proxy HALF = Proxy.of(Optional.of(new Agreement(20_000, 1000, 500, 480)));

    /** How the rate depends on the score and on time. */
    private enum Design {
        CONSTANT,
        STRATIFIED,
        CHANGING;

        double rate(double score, int i) {
            double stratum = score < 0.5 ? RiskSettings.STRATUM : 2 - RiskSettings.STRATUM;
            return switch (this) {
                case CONSTANT -> RATE;
                case STRATIFIED -> RATE * stratum;
                case CHANGING -> RATE * stratum * (i / 500 % 2 == 0 ? 1 : 2);
            };
        }

        double smallest() {
            return this == CONSTANT ? RATE : RATE * (2 - RiskSettings.STRATUM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMeanEstimateIsTheRiskHoweverAuditsAreDrawn(Design design) {
        int seeds = 400;
        double sum = 0;
        for (int seed = 0; seed < seeds; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            AuditTally tally = new AuditTally(0, UNIFORM);
            for (int i = 0; i < 2000; i++) {
                double score = random.nextDouble();
                audit(tally, random, score, design.rate(score, i), random.nextDouble() < 0.3 * (1 - score));
            }
            sum += RiskEstimate.of(tally.from(0), HALF, design.smallest()).estimated() / seeds;
        }
        assertThat(sum).isCloseTo(0.15, within(0.006));
    }

    /** The risk itself changes, and the surer half is the worse one for a while: the bounds are on the average so far. */
    @ParameterizedTest
    @EnumSource
    void theBoundsHoldTheAverageRiskAtAllTimesHoweverAuditsAreDrawn(Design design) {
        int streams = 200;
        int missed = 0;
        for (int stream = 0; stream < streams; stream++) {
            SplittableRandom random = new SplittableRandom(stream);
            AuditTally tally = new AuditTally(0, UNIFORM);
            double risks = 0;
            boolean outside = false;
            for (int i = 0; i < 4000; i++) {
                boolean later = i % 2000 >= 1000;
                double score = random.nextDouble();
                double surer = later ? 0.02 : 0.15;
                double lessSure = later ? 0.2 : 0.01;
                risks += (surer + lessSure) / 2;
                audit(
                        tally,
                        random,
                        score,
                        design.rate(score, i),
                        random.nextDouble() < (score < 0.5 ? lessSure : surer));
                if (i % 100 == 99) {
                    RiskEstimate estimate = RiskEstimate.of(tally.from(0), HALF, design.smallest());
                    double average = risks / (i + 1);
                    outside |= average < estimate.lower() || average > estimate.upper();
                }
            }
            missed += outside ? 1 : 0;
        }
        assertThat(missed)
                .isLessThanOrEqualTo(new BinomialDistribution(streams, 0.05).inverseCumulativeProbability(1 - 1e-3));
    }

    /** The smallest rate that is claimed is ten times the one that many audits were drawn with, where the errors are. */
    @Test
    void auditsDrawnMoreRarelyThanIsClaimedKeepTheirFullWeight() {
        List<AuditCount> counts =
                List.of(new AuditCount(0.1, 0, 0, 2000, 0, 0, 0, 0), new AuditCount(0.01, 0, 0, 0, 200, 0, 0, 0));

        assertThat(RiskEstimate.of(counts, HALF, 0.1).estimated()).isEqualTo(0.5);
        assertThat(RiskEstimate.of(counts, HALF, 0.1).upper()).isGreaterThan(0.5);
        assertThat(RiskEstimate.of(counts, HALF, 0.1)).isEqualTo(RiskEstimate.of(counts, HALF, 0.01));
    }

    private static void audit(AuditTally tally, SplittableRandom random, double score, double rate, boolean wrong) {
        if (random.nextDouble() < rate) {
            tally.drawn(score, rate);
            tally.learned(new Outcome(0, 0, score, true, rate, new Label.ByPerson(wrong), Optional.empty()));
        }
    }

    @Test
    void withoutAuditsNothingIsKnown() {
        RiskEstimate none = RiskEstimate.of(List.of(), HALF, RATE);

        assertThat(none.estimated()).isNaN();
        assertThat(none.disagreement()).isNaN();
        assertThat(none.lower()).isZero();
        assertThat(none.upper()).isEqualTo(1);
        assertThat(none.audits()).isZero();
    }

    /** The cloud may be away for days: what it has not seen says nothing about how right the edge is. */
    @Test
    void auditsWithoutAnAnswerMoveTheUpperBoundAndNotTheEstimate() {
        RiskEstimate unheard = of(HALF, new AuditCount(RATE, 0, 0, 0, 0, 0, 0, 100));
        RiskEstimate answered = of(HALF, new AuditCount(RATE, 0, 0, 90, 10, 0, 0, 0));
        RiskEstimate partly = of(HALF, new AuditCount(RATE, 0, 0, 90, 10, 0, 0, 100));

        assertThat(unheard.estimated()).isNaN();
        assertThat(unheard.open()).isEqualTo(100);
        assertThat(unheard.audits()).isEqualTo(100);
        assertThat(partly.estimated()).isEqualTo(answered.estimated()).isEqualTo(0.1);
        assertThat(partly.upper()).isGreaterThan(answered.upper());
        assertThat(partly.lower()).isLessThanOrEqualTo(answered.lower());
    }

    @Test
    void openAuditsAreErrorsInTheUpperBoundAndNoneInTheLower() {
        RiskEstimate open = of(HALF, new AuditCount(RATE, 0, 0, 900, 20, 80, 24, 0));
        RiskEstimate wrong = of(HALF, new AuditCount(RATE, 0, 0, 900, 100, 0, 0, 0));
        RiskEstimate right = of(HALF, new AuditCount(RATE, 0, 0, 980, 20, 0, 0, 0));

        assertThat(open.upper()).isGreaterThanOrEqualTo(wrong.upper());
        assertThat(of(Proxy.UNKNOWN, new AuditCount(RATE, 0, 0, 900, 20, 80, 24, 0))
                        .upper())
                .isEqualTo(of(Proxy.UNKNOWN, new AuditCount(RATE, 0, 0, 900, 100, 0, 0, 0))
                        .upper());
        assertThat(open.lower()).isEqualTo(right.lower());
        assertThat(open.estimated()).as("by the ensemble's probabilities").isCloseTo(0.044, within(1e-12));
        assertThat(open.open()).isEqualTo(80);
        assertThat(open.audits()).isEqualTo(1000);
    }

    @Test
    void labelsOfPeopleNeedNoRatio() {
        AuditCount labels = new AuditCount(RATE, 0, 0, 980, 20, 0, 0, 0);

        assertThat(of(HALF, labels).estimated()).isEqualTo(0.02);
        assertThat(of(Proxy.UNKNOWN, labels).estimated()).isEqualTo(0.02);
        assertThat(of(Proxy.UNKNOWN, labels).upper())
                .isEqualTo(of(HALF, labels).upper())
                .isLessThan(0.05);
        assertThat(of(Proxy.UNKNOWN, labels).lower()).isGreaterThan(0);
    }

    @Test
    void disagreementIsWeighedUpByTheRatio() {
        RiskEstimate estimate = of(HALF, new AuditCount(RATE, 980, 20, 0, 0, 0, 0, 0));

        assertThat(estimate.estimated()).isCloseTo(0.04, within(1e-12));
        assertThat(estimate.disagreement()).isEqualTo(0.02);
        assertThat(estimate.upper()).isGreaterThan(0.06);
        assertThat(estimate.lower()).isLessThan(0.02);
    }

    @Test
    void disagreementIsNoRiskWhereNobodyHasCountedWhatItStandsFor() {
        RiskEstimate estimate = of(Proxy.UNKNOWN, new AuditCount(RATE, 500, 500, 0, 0, 0, 0, 0));

        assertThat(estimate.estimated()).isNaN();
        assertThat(estimate.lower()).isZero();
        assertThat(estimate.upper()).isEqualTo(1);
        assertThat(estimate.disagreement()).isEqualTo(0.5);
    }

    /** People report what went well: 900 right answers say little of 1,000 others, of which the ensemble finds 30 wrong, and so 60 are. */
    @Test
    void peopleWhoSeeTheEasyOnesDoNotVouchForTheOthers() {
        RiskEstimate estimate = of(HALF, new AuditCount(RATE, 970, 30, 900, 0, 0, 0, 0));

        assertThat(estimate.estimated()).isCloseTo(60 / 1900.0, within(1e-12));
        assertThat(estimate.upper()).isGreaterThan(0.0425);
    }

    @Test
    void moreSeenErrorsThanTheEdgeMakesAreNoProofOfRisk() {
        Proxy noisy = Proxy.of(Optional.of(new Agreement(10_000, 100, 400, 80)));
        RiskEstimate estimate = of(noisy, new AuditCount(RATE, 9600, 400, 0, 0, 0, 0, 0));

        assertThat(estimate.estimated()).isCloseTo(0.01, within(1e-12));
        assertThat(estimate.lower()).isLessThan(0.01);
    }

    @Test
    void aTallyKnowsTheRiskFromAThresholdOn() {
        AuditTally tally = new AuditTally(0.5, UNIFORM);
        tally.drawn(0.5, RATE);
        tally.drawn(0.6, RATE);
        tally.drawn(1.0, 0.2);
        tally.learned(outcome(0.5, RATE, new Label.ByPerson(true), Optional.empty()));

        assertThat(tally.from(0.5))
                .containsExactly(new AuditCount(RATE, 0, 0, 0, 1, 0, 0, 1), new AuditCount(0.2, 0, 0, 0, 0, 0, 0, 1));
        assertThat(tally.from(0.55))
                .containsExactly(new AuditCount(RATE, 0, 0, 0, 0, 0, 0, 1), new AuditCount(0.2, 0, 0, 0, 0, 0, 0, 1));
        assertThat(tally.from(Double.POSITIVE_INFINITY)).isEmpty();
        tally.dropped(0.6, RATE);
        assertThat(tally.from(0.55).get(0)).isEqualTo(AuditCount.none(RATE));
        tally.restart();
        assertThat(tally.from(0.5)).isEmpty();
    }

    @Test
    void relabellingLeavesNoTraceOfTheLabelBefore() {
        AuditTally tally = new AuditTally(0, UNIFORM);
        List<Label> labels = List.of(
                new Label.Open(0.1), new Label.Open(0.7), new Label.ByEnsemble(true), new Label.ByPerson(false));
        Optional<Label> before = Optional.empty();
        for (int i = 0; i < 3; i++) {
            tally.drawn(0.3, RATE);
        }
        for (Label label : labels) {
            tally.learned(outcome(0.3, RATE, label, before));
            before = Optional.of(label);
        }
        tally.dropped(0.3, RATE);
        tally.dropped(0.3, RATE);

        assertThat(tally.from(0)).containsExactly(new AuditCount(RATE, 0, 0, 1, 0, 0, 0, 0));
    }

    @Test
    void aTallyIsSavedAndRestoredWhole() {
        SplittableRandom random = new SplittableRandom(1);
        AuditTally tally = new AuditTally(0.2, UNIFORM);
        for (int i = 0; i < 1000; i++) {
            audit(tally, random, 0.2 + 0.8 * random.nextDouble(), i % 2 == 0 ? 0.4 : 0.3, i % 7 == 0);
        }
        AuditTally restored = new AuditTally(0.2, UNIFORM);
        restored.restore(new ArrayList<>(tally.save()));

        for (double from : new double[] {0.2, 0.5, 0.97}) {
            assertThat(restored.from(from)).containsExactlyElementsOf(tally.from(from));
        }
        assertThat(restored.save()).isEqualTo(tally.save());
    }

    private static Outcome outcome(double score, double inclusion, Label label, Optional<Label> before) {
        return new Outcome(0, 0, score, true, inclusion, label, before);
    }

    private static RiskEstimate of(Proxy proxy, AuditCount count) {
        return RiskEstimate.of(List.of(count), proxy, RATE);
    }
}
