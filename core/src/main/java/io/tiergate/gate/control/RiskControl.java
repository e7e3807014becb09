package io.tiergate.gate.control;

import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Keeps a certificate's promise while the world changes: starts at the certified threshold, puts the brake on when something looks
 * different, and releases it as evidence allows, never below the certified threshold.
 *
 * <p>On the brake the threshold is the one that holds for a third of the target, a fifth of what is still accepted is audited, and
 * everything is escalated once the audits speak against even that.
 */
public final class RiskControl implements Control {
    /** At and above this threshold nothing is accepted. */
    public static final double NOTHING = Double.POSITIVE_INFINITY;

    private static final int ALARMS_KEPT = 100;
    private static final int EASED_EVERY = 500;
    private static final int REFITTED_EVERY = 10;
    /** By how many standard deviations the share of unsure answers may differ from the certificate's for an all-clear. */
    private static final double ALL_CLEAR = 3;

    private final Certificate certificate;
    private final double certified;
    private final double guard;
    private final double target;
    private final Proxy proxy;
    private final double middle;
    private final AuditTally tally;
    private final Recovery recovery = new Recovery();
    private final RecentScores recent = new RecentScores();
    private final List<Alarm> alarms = new ArrayList<>();
    private final List<Consumer<Alarm>> listeners = new ArrayList<>();
    private final RandomGenerator random;

    private RiskSettings settings;
    private Usual usual;
    private Watch watch;
    private boolean braked;
    private boolean disproved;
    private double threshold;
    private long epoch;
    private long decided;
    private long learned;

    /** @param random draws, of what is escalated on the brake, as much as is audited of what is accepted */
    public RiskControl(Certificate certificate, RiskSettings settings, RandomGenerator random) {
        this.certificate = certificate;
        this.certified =
                certificate.threshold().map(CertifiedThreshold::threshold).orElse(NOTHING);
        this.guard = Math.max(certified, certificate.guard());
        this.target = certificate.terms().targetRisk();
        this.proxy = Proxy.of(certificate.agreement());
        this.middle = certificate.reference().at(1 - certificate.coverage() / 2);
        this.tally = new AuditTally(Math.min(certified, Double.MAX_VALUE), certificate.reference());
        this.random = random;
        this.settings = settings;
        this.threshold = certified;
        watch(asCertified());
    }

    /** As data like those of the certificate are. */
    private Usual asCertified() {
        double failed = certificate.limits().falseAlarmShare();
        // Not simply half of what is accepted: many scores may be the same.
        double belowMiddle = failed + (1 - failed) * certificate.reference().below(middle);
        return new Usual(1 - certificate.coverage(), belowMiddle, failed);
    }

    private void watch(Usual nowUsual) {
        usual = nowUsual;
        watch = threshold == NOTHING ? Watch.blind() : Watch.of(nowUsual, target, proxy);
    }

    /** Answers with at least this score are accepted; {@link #NOTHING} if none is. */
    @Override
    public double threshold() {
        return threshold;
    }

    /** The threshold of the certificate, below which the gate never goes; {@link #NOTHING} if it has none. */
    public double certified() {
        return certified;
    }

    @Override
    public boolean isBraked() {
        return braked;
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long decided() {
        return decided;
    }

    @Override
    public List<Alarm> alarms() {
        return List.copyOf(alarms);
    }

    /** Changes how much is audited from now on. */
    public void settings(RiskSettings changed) {
        settings = changed;
    }

    @Override
    public double auditProbability(double score) {
        if (braked) {
            return RiskSettings.BRAKED_AUDIT_RATE;
        }
        if (!settings.stratified()) {
            return settings.auditRate();
        }
        double share = score < middle ? RiskSettings.STRATUM : 2 - RiskSettings.STRATUM;
        return Math.min(1, settings.auditRate() * share);
    }

    @Override
    public void decided(double score, boolean checkFailed) {
        decided++;
        // As the certificate counts it: what fails a check is below every threshold.
        double counted = checkFailed ? Double.NEGATIVE_INFINITY : score;
        if (braked) {
            recent.add(counted);
            return;
        }
        watch.decided(counted < threshold, counted < middle, checkFailed).ifPresent(this::alarm);
        if (!braked && threshold > certified && !disproved) {
            recent.add(counted);
            if (recent.isFull() && decided % EASED_EVERY == 0 && isLikeCertified()) {
                // What made the threshold stricter has passed.
                restart();
                asBefore();
            }
        }
    }

    @Override
    public void drawn(double score, double inclusion) {
        tally.drawn(score, inclusion);
    }

    @Override
    public void dropped(double score, double inclusion) {
        tally.dropped(score, inclusion);
    }

    @Override
    public void learned(Outcome outcome) {
        if (outcome.epoch() != epoch) {
            return;
        }
        learned++;
        if (outcome.audited()) {
            tally.learned(outcome);
        }
        if (braked) {
            recover(outcome);
        } else if (outcome.audited()) {
            if (outcome.before().isEmpty()) {
                // First labels only: what people look at later was picked because it is doubtful, and is wrong far more
                // often.
                watch.learned(outcome.label(), weight(outcome)).ifPresent(this::alarm);
            }
            // Only an error raises the lower bound.
            if (!braked && isError(outcome.label()) && estimate().lower() > target) {
                alarm(Signal.RISK);
            }
        }
    }

    /** By it, labels of strata that are audited at different rates count as if all were audited at the lowest. */
    private double weight(Outcome outcome) {
        double lowest = settings.auditRate() * (2 - RiskSettings.STRATUM);
        return settings.stratified() && lowest > 0 ? Math.min(1, lowest / outcome.inclusion()) : 1;
    }

    private static boolean isError(Label label) {
        return switch (label) {
            case Label.ByEnsemble(boolean disagrees) -> disagrees;
            case Label.ByPerson(boolean wrong) -> wrong;
            case Label.Open open -> false;
        };
    }

    @Override
    public Supplier<RiskEstimate> evidence() {
        return evidence(threshold);
    }

    /** What the audits say of the answers from a threshold on, which may be higher than the current one. */
    public RiskEstimate estimate(double from) {
        return evidence(from).get();
    }

    private Supplier<RiskEstimate> evidence(double from) {
        List<AuditCount> counts = tally.from(from);
        double smallest = smallestSinceRestart();
        return () -> RiskEstimate.of(counts, proxy, smallest);
    }

    /** The evidence starts anew with the brake and with its release: no rate of the one is counted with one of the other. */
    private double smallestSinceRestart() {
        if (braked) {
            return RiskSettings.BRAKED_AUDIT_RATE;
        }
        return settings.smallestAuditRate() * (settings.stratified() ? 2 - RiskSettings.STRATUM : 1);
    }

    private void alarm(Signal signal) {
        braked = true;
        restart();
        threshold = Math.max(threshold, guard);
        recovery.clear();
        recent.clear();
        Alarm alarm = new Alarm(decided, signal);
        alarms.add(alarm);
        if (alarms.size() > ALARMS_KEPT) {
            alarms.remove(0);
        }
        listeners.forEach(listener -> listener.accept(alarm));
    }

    private void restart() {
        epoch++;
        tally.restart();
    }

    private void recover(Outcome outcome) {
        if (outcome.before().isPresent()) {
            recovery.relabel(outcome.key(), outcome.label());
        } else if (outcome.audited() || random.nextDouble() < RiskSettings.BRAKED_AUDIT_RATE) {
            recovery.add(new Checked(outcome.key(), outcome.score(), outcome.label()));
        } else {
            return;
        }
        if (!recovery.isThin() && learned % REFITTED_EVERY == 0) {
            refit();
        }
    }

    private void refit() {
        OptionalDouble fitting = recovery.lowestFitting(target, proxy.low());
        if (fitting.isPresent()) {
            threshold = Math.max(certified, fitting.getAsDouble());
        } else if (recovery.speaksAgainst(guard, target, proxy.suspicion())) {
            threshold = NOTHING;
        } else {
            // Neither for nor against: what fitted a while ago has no say any more.
            threshold = guard;
        }
        if (recovery.isRenewed() && recent.isFull()) {
            recovery.judged();
            disproved = recovery.speaksAgainst(certified, target, proxy.suspicion());
            boolean allClear = isLikeCertified() && !disproved;
            // Without either, the evidence is thin, however long it has been collected.
            if (allClear || fitting.isPresent()) {
                release(allClear);
            }
        }
    }

    private void release(boolean allClear) {
        braked = false;
        // What was found on the brake, of fewer and surer answers, must not speak for what is accepted from now on.
        restart();
        if (allClear) {
            asBefore();
        } else {
            // The world is another one now; what is usual has to be learned from it.
            watch(new Usual(recent.below(threshold), recent.below(middle), recent.below(-Double.MAX_VALUE)));
            recent.clear();
        }
    }

    private void asBefore() {
        threshold = certified;
        watch(asCertified());
    }

    /** Whether the scores are again what they were at calibration. */
    private boolean isLikeCertified() {
        double share = 1 - certificate.coverage();
        // Both shares are counted. As if one sample more lay on either side, so that "all" and "none" leave some doubt,
        // too.
        double counted = (share * certificate.samples() + 1) / (certificate.samples() + 2.0);
        double deviation = Math.sqrt(counted
                * (1 - counted)
                * (1.0 / Math.max(1, recent.size()) + 1.0 / Math.max(1, certificate.samples())));
        return Math.abs(recent.below(certified) - share) <= ALL_CLEAR * deviation;
    }

    @Override
    public void onAlarm(Consumer<Alarm> listener) {
        listeners.add(listener);
    }

    @Override
    public ControlState save() {
        return new ControlState(decided, tally.save(), Optional.empty(), Optional.of(saveRisk()), Optional.empty());
    }

    private RiskState saveRisk() {
        return new RiskState(
                braked,
                OptionalDouble.of(threshold).stream()
                        .filter(Double::isFinite)
                        .boxed()
                        .findFirst(),
                epoch,
                learned,
                usual,
                watch.save(),
                recovery.save(),
                disproved,
                List.copyOf(alarms));
    }

    @Override
    public void restore(ControlState saved) {
        decided = saved.decided();
        tally.restore(saved.audits());
        saved.risk().ifPresent(this::restoreRisk);
    }

    private void restoreRisk(RiskState saved) {
        braked = saved.braked();
        threshold = Math.max(certified, saved.threshold().orElse(NOTHING));
        epoch = saved.epoch();
        learned = saved.learned();
        watch(saved.usual());
        watch.restore(saved.watch());
        recovery.restore(saved.checked());
        disproved = saved.disproved();
        alarms.clear();
        alarms.addAll(saved.alarms());
    }
}
