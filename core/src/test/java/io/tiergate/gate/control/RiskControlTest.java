package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.gate.certificate.Quantiles;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.check.Limits;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a certificate of scores that are uniform in 0 to 1, threshold 0.4, guard 0.8, target 0.03, and an ensemble that sees half. */
class RiskControlTest {
    private static final double CERTIFIED = 0.4;
    private static final double GUARD = 0.8;
    private static final double TARGET = 0.03;
    private static final int DELAY = 100;

    private final RiskControl control = control(RiskSettings.of(0.05));

    /** A stream of samples, decided as the gate does it; what is escalated or audited gets its verdict so many samples later. */
    private static final class World {
        private final SplittableRandom random;
        private final Deque<Outcome> asked = new ArrayDeque<>();
        private final List<Boolean> accepted = new ArrayList<>();
        private RiskControl control;
        private double lowest = 0;
        private double height = 0.08;
        private double lean = 1;
        private double sure = 2;
        private boolean answers = true;
        private long key;

        World(RiskControl control, long seed) {
            this.control = control;
            this.random = new SplittableRandom(seed);
        }

        void run(int samples) {
            for (int i = 0; i < samples; i++) {
                one();
            }
        }

        void one() {
            double score = lowest + (1 - lowest) * Math.pow(random.nextDouble(), lean);
            boolean wrong = random.nextDouble() < height * (1 - score) && score < sure;
            boolean disagrees = random.nextDouble() < (wrong ? 0.5 : 0.0002);
            double drawn = random.nextDouble();
            long epoch = control.epoch();
            boolean accept = score >= control.threshold();
            double inclusion = accept ? control.auditProbability(score) : 1;
            boolean audited = accept && drawn < inclusion;
            if (audited) {
                control.drawn(score, inclusion);
            }
            accepted.add(accept);
            control.decided(score, false);
            if (audited || !accept) {
                asked.add(new Outcome(
                        key, epoch, score, audited, inclusion, new Label.ByEnsemble(disagrees), Optional.empty()));
            }
            key++;
            while (answers && !asked.isEmpty() && asked.peek().key() <= key - DELAY) {
                control.learned(asked.poll());
            }
        }

        /** All scores are low for a while. */
        void disturb() {
            while (!control.isBraked()) {
                accepted.add(false);
                control.decided(0.1, false);
            }
        }
    }

    @Test
    void startsAtTheCertifiedThreshold() {
        assertThat(control.threshold()).isEqualTo(CERTIFIED);
        assertThat(control.certified()).isEqualTo(CERTIFIED);
        assertThat(control.isBraked()).isFalse();
        assertThat(control.auditProbability(0.5)).isEqualTo(0.05);
    }

    @Test
    void hardlyEverBrakesWhileAllIsAsCertified() {
        int alarms = 0;
        for (boolean stratified : new boolean[] {false, true}) {
            for (int seed = 0; seed < 10; seed++) {
                RiskControl calm = control(new RiskSettings(0.05, 0.05, stratified));
                new World(calm, seed).run(20_000);
                alarms += calm.alarms().size();
            }
        }
        // Once in 150,000 samples or so, by the alarms' own rates.
        assertThat(alarms).isLessThanOrEqualTo(8);
    }

    @Test
    void anAlarmPutsTheGuardOnAndRaisesTheAudits() {
        List<Alarm> heard = new ArrayList<>();
        control.onAlarm(heard::add);
        for (int i = 0; i < 200 && !control.isBraked(); i++) {
            control.decided(0.1, false);
        }

        assertThat(control.isBraked()).isTrue();
        assertThat(control.threshold()).isEqualTo(GUARD);
        assertThat(control.auditProbability(0.9)).isEqualTo(0.2);
        assertThat(control.epoch()).isEqualTo(1);
        assertThat(control.alarms()).isEqualTo(heard).singleElement().satisfies(alarm -> {
            assertThat(alarm.at()).isEqualTo(control.decided());
            assertThat(alarm.signal()).isEqualTo(Signal.ESCALATION_RATE);
        });
    }

    @Test
    void scoresThatFallAboveTheThresholdAreNoticed() {
        for (int i = 0; i < 2000 && !control.isBraked(); i++) {
            control.decided(i % 20 < 7 ? 0.2 : 0.45, false);
        }
        assertThat(control.alarms()).extracting(Alarm::signal).containsExactly(Signal.SCORE_DISTRIBUTION);
    }

    @Test
    void failedChecksAreNoticed() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 2000 && !control.isBraked(); i++) {
            control.decided(random.nextDouble(), i % 10 == 0);
        }
        assertThat(control.alarms()).extracting(Alarm::signal).containsExactly(Signal.SECONDARY_CHECK);
    }

    /** A tenth fails a check already at calibration, and their high scores do not make up for it. */
    @Test
    void whatFailsACheckIsBelowTheThresholdAsAtCalibration() {
        RiskControl often = new RiskControl(
                certificate(CERTIFIED, new Limits(0.3, List.of()), TARGET), RiskSettings.of(0.05), random(1));
        for (int i = 0; i < 2000 && !often.isBraked(); i++) {
            often.decided(i % 10 < 4 ? 0.2 : 0.9, i % 10 > 6);
        }
        assertThat(often.alarms()).extracting(Alarm::signal).contains(Signal.ESCALATION_RATE);
    }

    @Test
    void disagreementInTheAuditsIsNoticed() {
        for (int i = 0; i < 300 && !control.isBraked(); i++) {
            audit(0.9, new Label.ByEnsemble(i % 12 == 0), Optional.empty());
        }
        assertThat(control.alarms()).extracting(Alarm::signal).containsExactly(Signal.DISAGREEMENT);
    }

    /** What people look at was picked because it is doubtful: one audit in a hundred is wrong, but each of those that people saw. */
    @Test
    void parkedAuditsThatAreWrongAreNoAlarmWhileFewAre() {
        for (int i = 0; i < 1000; i++) {
            if (i % 100 == 0) {
                Label open = new Label.Open(0.6);
                audit(0.9, open, Optional.empty());
                control.learned(outcome(0.9, new Label.ByPerson(true), Optional.of(open)));
            } else {
                audit(0.9, new Label.ByEnsemble(false), Optional.empty());
            }
        }
        assertThat(control.alarms()).isEmpty();
        assertThat(control.estimate().estimated()).isCloseTo(0.01, within(1e-9));
    }

    /** Whatever else is learned in between. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 19})
    void auditsThatProveMoreRiskThanPromisedPutTheBrakeOn(int escalatedInBetween) {
        for (int i = 0; i < 400 && !control.isBraked(); i++) {
            for (int j = 0; j < escalatedInBetween; j++) {
                control.learned(
                        new Outcome(j, control.epoch(), 0.1, false, 1, new Label.ByEnsemble(false), Optional.empty()));
            }
            Label open = new Label.Open(0.6);
            audit(0.9, open, Optional.empty());
            control.learned(outcome(0.9, new Label.ByPerson(i % 5 == 0), Optional.of(open)));
        }
        assertThat(control.alarms()).extracting(Alarm::signal).containsExactly(Signal.RISK);
    }

    @Test
    void escalatesEverythingWhenTheAuditsSpeakAgainstTheGuard() {
        World world = new World(control, 1);
        world.disturb();
        // Nine in ten are wrong, however sure.
        world.height = 1000;
        world.run(1000);

        assertThat(control.threshold()).isEqualTo(RiskControl.NOTHING);
        assertThat(control.isBraked()).isTrue();
        assertThat(control.estimate().audits()).as("of what is accepted now").isZero();
        world.run(5000);
        assertThat(control.threshold()).isEqualTo(RiskControl.NOTHING);
    }

    @Test
    void holdsWhileNoVerdictComes() {
        World world = new World(control, 1);
        world.disturb();
        world.answers = false;
        world.run(20_000);

        assertThat(control.isBraked()).isTrue();
        assertThat(control.threshold()).isEqualTo(GUARD);
    }

    @Test
    void aStricterThresholdIsEasedOnceScoresAreAsAtCalibrationAgain() {
        World world = new World(control, 4);
        world.lean = 1.3;
        world.sure = 0.5;
        world.height = 0.3;
        release(world);
        assertThat(control.threshold()).isGreaterThan(CERTIFIED);
        world.run(5000);
        assertThat(control.threshold()).as("the world is still another").isGreaterThan(CERTIFIED);
        long epoch = control.epoch();

        world.lean = 1;
        world.sure = 2;
        world.height = 0.02;
        world.run(4000);

        assertThat(control.threshold()).isEqualTo(CERTIFIED);
        assertThat(control.epoch()).isEqualTo(epoch + 1);
        assertThat(control.isBraked()).isFalse();
    }

    @Test
    void aThresholdThatVerdictsSpokeAgainstIsNotEasedByScoresAlone() {
        World world = new World(control, 4);
        world.sure = 0.6;
        world.height = 0.5;
        release(world);
        assertThat(control.threshold()).isGreaterThan(CERTIFIED);

        world.run(10_000);

        assertThat(control.threshold()).isGreaterThan(CERTIFIED);
    }

    private void release(World world) {
        world.disturb();
        for (int i = 0; i < 60_000 && control.isBraked(); i++) {
            world.one();
        }
        assertThat(control.isBraked()).isFalse();
    }

    @Test
    void releasesToTheCertifiedThresholdWhenAllIsAsBefore() {
        World world = new World(control, 2);
        world.height = 0.02;
        world.disturb();
        for (int i = 0; i < 20_000 && control.isBraked(); i++) {
            world.one();
        }

        assertThat(control.isBraked()).isFalse();
        assertThat(control.threshold()).isEqualTo(CERTIFIED);
        assertThat(control.auditProbability(0.5)).isEqualTo(0.05);
        assertThat(control.epoch())
                .as("what was found on the brake does not speak for what is accepted now")
                .isEqualTo(2);
        assertThat(control.estimate().audits()).isZero();
        world.run(5000);
        assertThat(control.alarms()).hasSize(1);
    }

    /** The scores have moved up for good: nothing of it is usual, and only what the audits supported is accepted. */
    @Test
    void getsUsedToAnotherWorld() {
        World world = new World(control, 2);
        world.disturb();
        world.lowest = -1;
        world.height = 0.02;
        world.run(20_000);

        assertThat(control.alarms()).hasSize(1);
        assertThat(control.isBraked()).isFalse();
        assertThat(control.threshold()).isGreaterThanOrEqualTo(CERTIFIED);
    }

    /** 200 right answers of people support 0.5; 200 more that are right and wrong by turns support nothing any more. */
    @Test
    void goesBackToTheGuardWhenWhatFittedFitsNoMore() {
        disturb(control);
        long key = 0;
        for (int i = 0; i < 200; i++) {
            control.learned(
                    new Outcome(key++, 1, 0.5 + i % 2 * 0.4, true, 0.2, new Label.ByPerson(false), Optional.empty()));
        }
        assertThat(control.threshold()).isEqualTo(0.5);

        for (int i = 0; i < 20; i++) {
            control.learned(new Outcome(key++, 1, 0.95, true, 0.2, new Label.ByPerson(i < 2), Optional.empty()));
        }
        for (int i = 0; i < 200; i++) {
            control.learned(new Outcome(key++, 1, 0.5, true, 0.2, new Label.ByPerson(i % 2 == 0), Optional.empty()));
        }
        assertThat(control.threshold()).isEqualTo(GUARD);
    }

    @Test
    void verdictsOnWhatWasDecidedBeforeTheAlarmChangeNothing() {
        disturb(control);
        ControlState before = control.save();
        for (int i = 0; i < 500; i++) {
            control.learned(new Outcome(i, 0, 0.9, true, 0.05, new Label.ByPerson(true), Optional.empty()));
        }
        assertThat(control.save()).isEqualTo(before);
        assertThat(control.threshold()).isEqualTo(GUARD);
    }

    @Test
    void aRestoredControlGoesOnAsTheOneThatWasSaved() {
        RiskSettings settings = new RiskSettings(0.2, 0.1, true);
        World straight = new World(new RiskControl(certificate(), settings, random(9)), 3);
        SplittableRandom draws = random(9);
        World interrupted = new World(new RiskControl(certificate(), settings, draws), 3);
        straight.run(3000);
        interrupted.run(3000);
        ControlState saved = interrupted.control.save();
        interrupted.control = new RiskControl(certificate(), settings, draws);
        interrupted.control.restore(saved);
        for (World world : List.of(straight, interrupted)) {
            world.run(1000);
            world.height = 2;
            world.lowest = -0.5;
            world.run(6000);
            world.height = 0.02;
            world.lowest = 0;
            world.run(6000);
        }

        assertThat(straight.control.alarms()).isNotEmpty();
        assertThat(interrupted.accepted).isEqualTo(straight.accepted);
        assertThat(interrupted.control.save()).isEqualTo(straight.control.save());
        assertThat(interrupted.control.estimate()).isEqualTo(straight.control.estimate());
    }

    @Test
    void theBrakeOutlivesARestart() {
        disturb(control);
        RiskControl next = control(RiskSettings.of(0.05));
        next.restore(control.save());

        assertThat(next.isBraked()).isTrue();
        assertThat(next.threshold()).isEqualTo(GUARD);
        assertThat(next.alarms()).isEqualTo(control.alarms());
        assertThat(next.save()).isEqualTo(control.save());
    }

    /** Every second score is 1: half of what is accepted is no less sure than the median, and that is usual. */
    @Test
    void manyEqualScoresAreUsualWhereTheyWereAtCalibration() {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i <= 200; i++) {
            values.add(Math.min(1, i / 100.0));
        }
        RiskControl saturated = new RiskControl(
                certificate(CERTIFIED, 0.8, new Quantiles(values), Limits.NONE, TARGET, AGREEMENT),
                RiskSettings.of(0.05),
                random(1));

        // A fifth at most is below 0.4 and a half below 1; now seven tenths are below 1.
        for (int i = 0; i < 3000 && !saturated.isBraked(); i++) {
            saturated.decided(i % 10 < 2 ? 0.1 : i % 10 < 7 ? 0.7 : 1, false);
        }
        assertThat(saturated.alarms()).extracting(Alarm::signal).containsExactly(Signal.SCORE_DISTRIBUTION);
    }

    @Test
    void disagreementIsASuspicionEvenWhereNobodyHasCountedWhatItStandsFor() {
        RiskControl unsure = new RiskControl(
                certificate(CERTIFIED, 0.6, UNIFORM, Limits.NONE, TARGET, Optional.empty()),
                RiskSettings.of(0.05),
                random(1));
        for (int i = 0; i < 60 && !unsure.isBraked(); i++) {
            unsure.drawn(0.9, 0.05);
            unsure.learned(outcome(0.9, new Label.ByEnsemble(i % 2 == 0), Optional.empty()));
        }
        assertThat(unsure.alarms()).extracting(Alarm::signal).containsExactly(Signal.DISAGREEMENT);
        assertThat(unsure.estimate().lower()).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-7, 1e-4, 0.5, 0.95})
    void anyTargetCanBeWatched(double target) {
        RiskControl any =
                new RiskControl(certificate(CERTIFIED, Limits.NONE, target), RiskSettings.of(0.05), random(1));
        for (int i = 0; i < 100; i++) {
            any.drawn(0.9, 0.05);
            any.learned(outcome(0.9, new Label.ByEnsemble(false), Optional.empty()));
        }
        assertThat(any.isBraked()).isFalse();
    }

    @Property(tries = 60)
    void neverGoesBelowTheCertifiedThresholdWhateverHappens(@ForAll long seed, @ForAll boolean stratified) {
        SplittableRandom random = new SplittableRandom(seed);
        RiskControl any = control(new RiskSettings(0.3, 0.1, stratified));
        for (int i = 0; i < 4000; i++) {
            happen(any, random, i);
            assertThat(any.threshold()).isGreaterThanOrEqualTo(CERTIFIED);
            if (random.nextInt(1000) == 0) {
                RiskControl next = control(new RiskSettings(0.3, 0.1, stratified));
                next.restore(any.save());
                any = next;
            }
        }
    }

    @Property(tries = 20)
    void withoutACertifiedThresholdNothingIsEverAccepted(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RiskControl none =
                new RiskControl(certificate(Double.NaN, Limits.NONE, TARGET), RiskSettings.of(0.05), random(1));
        for (int i = 0; i < 2000; i++) {
            happen(none, random, i);
            assertThat(none.threshold()).isEqualTo(RiskControl.NOTHING);
        }
        assertThat(none.alarms()).isEmpty();
        assertThat(none.estimate().audits()).isZero();
    }

    /** Mostly an ensemble that agrees with whatever the edge says, sometimes one that never does. */
    @Test
    void onTheBrakeTheBoundNarrowsAsAuditsAreAnsweredHoweverRareAuditsMayGetLater() {
        RiskControl rare = control(new RiskSettings(0.005, 0.002, false));
        disturb(rare);
        assertThat(rare.isBraked()).isTrue();
        for (int key = 0; key < 400; key++) {
            rare.drawn(0.95, 0.2);
            rare.learned(new Outcome(key, rare.epoch(), 0.95, true, 0.2, new Label.ByPerson(false), Optional.empty()));
        }
        assertThat(rare.estimate(GUARD).upper()).isLessThan(0.05);
    }

    private static void happen(RiskControl control, SplittableRandom random, int i) {
        double score = random.nextInt(10) == 0 ? Double.NEGATIVE_INFINITY : random.nextDouble();
        boolean agreeable = i / 500 % 3 != 1;
        boolean accepted = score >= control.threshold();
        double inclusion = accepted ? control.auditProbability(score) : 1;
        control.decided(score, random.nextInt(50) == 0);
        if (accepted) {
            control.drawn(score, inclusion);
        }
        Label label =
                switch (random.nextInt(6)) {
                    case 0 -> new Label.Open(random.nextDouble());
                    case 1 -> new Label.ByPerson(!agreeable);
                    default -> new Label.ByEnsemble(!agreeable && random.nextBoolean());
                };
        control.learned(new Outcome(
                i, control.epoch() - random.nextInt(2), score, accepted, inclusion, label, Optional.empty()));
    }

    @Test
    void theStrataAreAuditedFourToOneAndAtTheRateOverall() {
        RiskControl stratified = control(new RiskSettings(0.05, 0.05, true));

        assertThat(stratified.auditProbability(0.69)).isCloseTo(0.08, within(1e-12));
        assertThat(stratified.auditProbability(0.7)).isCloseTo(0.02, within(1e-12));
        assertThat(control(new RiskSettings(1, 1, true)).auditProbability(0.5)).isEqualTo(1);
        assertThat(control(new RiskSettings(0, 0.05, true)).auditProbability(0.5))
                .isZero();
        assertThat(control(RiskSettings.of(0)).auditProbability(0.5)).isZero();
    }

    @Test
    void aSmallestRateIsNeitherZeroNorAboveTheRate() {
        assertThatThrownBy(() -> new RiskSettings(0.1, 0, false))
                .hasMessage("smallest audit rate: 0.0 (expected: above 0.0, at most the audit rate, 0.1)");
        assertThatThrownBy(() -> new RiskSettings(0.1, 0.2, false)).hasMessageStartingWith("smallest audit rate: 0.2");
        assertThatThrownBy(() -> new RiskSettings(0, Double.NaN, false))
                .hasMessageStartingWith("smallest audit rate: NaN");
        assertThatThrownBy(() -> new RiskSettings(1.5, 0.2, false)).hasMessageStartingWith("audit-rate: 1.5");
    }

    private void audit(double score, Label label, Optional<Label> before) {
        control.drawn(score, 0.05);
        control.learned(outcome(score, label, before));
    }

    private static Outcome outcome(double score, Label label, Optional<Label> before) {
        return new Outcome(0, 0, score, true, 0.05, label, before);
    }

    private static void disturb(RiskControl control) {
        new World(control, 0).disturb();
    }

    private static RiskControl control(RiskSettings settings) {
        return new RiskControl(certificate(), settings, random(1));
    }

    private static SplittableRandom random(long seed) {
        return new SplittableRandom(seed);
    }

    private static final Quantiles UNIFORM = new Quantiles(List.of(0.0, 1.0));
    private static final Optional<Agreement> AGREEMENT = Optional.of(new Agreement(6000, 120, 61, 60));

    private static Certificate certificate() {
        return certificate(CERTIFIED, Limits.NONE, TARGET);
    }

    private static Certificate certificate(double threshold, Limits limits, double target) {
        return certificate(threshold, 1 - threshold, UNIFORM, limits, target, AGREEMENT);
    }

    /** @param threshold NaN for none */
    private static Certificate certificate(
            double threshold,
            double coverage,
            Quantiles reference,
            Limits limits,
            double target,
            Optional<Agreement> agreement) {
        Evidence.Accepted accepted = new Evidence.Accepted((int) (10_000 * coverage), 100, 10_000);
        return new Certificate(
                new Certificate.Terms("margin", 1, target, 0.99, Search.BINARY),
                Double.isNaN(threshold)
                        ? Optional.empty()
                        : Optional.of(new CertifiedThreshold(threshold, accepted, 0.9 * target)),
                GUARD,
                10_000,
                agreement,
                1,
                reference,
                limits,
                "sha256:0",
                "sha256:1",
                Instant.EPOCH,
                Instant.MAX);
    }
}
