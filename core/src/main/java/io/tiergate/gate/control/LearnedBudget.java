package io.tiergate.gate.control;

import io.tiergate.gate.certificate.Quantiles;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A budget that is spent where escalation helps: on the samples whose edge answer a verdict will most probably correct, once verdicts have
 * shown that this is foretold better than by the score alone; until then as {@link PlainControl} does.
 */
public final class LearnedBudget implements Control {
    private static final Quantiles SHARES = new Quantiles(List.of(0.0, 1.0));

    private final PlainControl byScore;
    private final BudgetThreshold byWorth;
    private final CorrectionModel model;
    /** Of the sample that is being decided: probability that its answer stands; 0 if nobody has asked. */
    private double stands;

    private LearnedBudget(PlainControl byScore, BudgetThreshold byWorth, CorrectionModel model) {
        this.byScore = byScore;
        this.byWorth = byWorth;
        this.model = model;
    }

    /**
     * Starts without knowing anything.
     *
     * @param share of the answers that may be escalated, 0 to 1
     * @param reference the scores to start with
     * @param classes of the model
     */
    public static LearnedBudget of(double share, Quantiles reference, double auditRate, int classes) {
        return new LearnedBudget(
                PlainControl.budget(share, reference, auditRate),
                new BudgetThreshold(share, SHARES),
                new CorrectionModel(classes));
    }

    @Override
    public double threshold() {
        return byScore.threshold();
    }

    @Override
    public boolean accepts(double score, double threshold, double margin, int predicted) {
        stands = 1 - model.probability(score, margin, predicted);
        if (!model.beatsScore()) {
            return score >= threshold;
        }
        // A threshold of the class only ever makes the gate stricter.
        boolean sureForItsClass = threshold <= byScore.threshold() || score >= threshold;
        return sureForItsClass && stands >= byWorth.threshold();
    }

    @Override
    public void decided(double score, boolean checkFailed) {
        byScore.decided(score, checkFailed);
        byWorth.decided(checkFailed || stands < byWorth.threshold());
        stands = 0;
    }

    @Override
    public void learned(Outcome outcome) {
        byScore.learned(outcome);
        if (outcome.before().filter(before -> !(before instanceof Label.Open)).isPresent()
                || outcome.score() == Double.NEGATIVE_INFINITY
                || Double.isNaN(outcome.margin())) {
            return;
        }
        switch (outcome.label()) {
            case Label.ByEnsemble(boolean disagrees) -> learn(outcome, disagrees);
            case Label.ByPerson(boolean wrong) -> learn(outcome, wrong);
            case Label.Open open -> {
                // Nobody has corrected anything yet.
            }
        }
    }

    private void learn(Outcome outcome, boolean corrected) {
        model.learn(outcome.score(), outcome.margin(), outcome.predicted(), corrected, outcome.inclusion());
    }

    @Override
    public double auditProbability(double score) {
        return byScore.auditProbability(score);
    }

    @Override
    public long decided() {
        return byScore.decided();
    }

    @Override
    public void drawn(double score, double inclusion) {
        byScore.drawn(score, inclusion);
    }

    @Override
    public void dropped(double score, double inclusion) {
        byScore.dropped(score, inclusion);
    }

    @Override
    public Supplier<RiskEstimate> evidence() {
        return byScore.evidence();
    }

    @Override
    public ControlState save() {
        ControlState score = byScore.save();
        return new ControlState(
                score.decided(),
                score.audits(),
                score.rank(),
                Optional.empty(),
                Optional.of(new CorrectionState(byWorth.rank(), model.save())));
    }

    @Override
    public void restore(ControlState saved) {
        byScore.restore(saved);
        saved.correction().ifPresent(correction -> {
            byWorth.rank(correction.rank());
            model.restore(correction.numbers());
        });
    }
}
