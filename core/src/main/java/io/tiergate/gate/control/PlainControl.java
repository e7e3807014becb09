package io.tiergate.gate.control;

import io.tiergate.gate.certificate.Quantiles;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A threshold that promises nothing: one that a person has set, or one that follows a budget. Its audits are counted all the same. */
public final class PlainControl implements Control {
    /** Null for a threshold that stays: this is asked of every sample, and must not allocate. */
    private final BudgetThreshold followed;

    private final double set;
    private final double auditRate;
    private final AuditTally tally;
    private final Proxy proxy = Proxy.UNKNOWN;
    private long decided;

    private PlainControl(BudgetThreshold followed, double set, double auditRate) {
        this.followed = followed;
        this.set = set;
        this.auditRate = auditRate;
        this.tally = AuditTally.ofAll();
    }

    /** A threshold that stays where it is. */
    public static PlainControl fixed(double threshold, double auditRate) {
        return new PlainControl(null, threshold, auditRate);
    }

    /**
     * A threshold below which a share of the answers lies.
     *
     * @param share 0 to 1
     * @param reference the scores to start with
     */
    public static PlainControl budget(double share, Quantiles reference, double auditRate) {
        return new PlainControl(new BudgetThreshold(share, reference), 0, auditRate);
    }

    @Override
    public double threshold() {
        return followed == null ? set : followed.threshold();
    }

    @Override
    public double auditProbability(double score) {
        return auditRate;
    }

    @Override
    public long decided() {
        return decided;
    }

    @Override
    public void decided(double score, boolean checkFailed) {
        decided++;
        if (followed != null) {
            followed.decided(checkFailed || score < followed.threshold());
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
        if (outcome.audited() && outcome.epoch() == epoch()) {
            tally.learned(outcome);
        }
    }

    @Override
    public Supplier<RiskEstimate> evidence() {
        List<AuditCount> counts = tally.from(Double.NEGATIVE_INFINITY);
        return () -> RiskEstimate.of(counts, proxy, auditRate == 0 ? 1 : auditRate);
    }

    @Override
    public ControlState save() {
        return new ControlState(
                decided,
                tally.save(),
                Optional.ofNullable(followed).map(BudgetThreshold::rank),
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public void restore(ControlState saved) {
        decided = saved.decided();
        tally.restore(saved.audits());
        if (followed != null) {
            saved.rank().ifPresent(followed::rank);
        }
    }
}
