package io.tiergate.edge.gate;

import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Reasons;
import io.tiergate.gate.control.Label;
import io.tiergate.gate.control.Outcome;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.serving.inference.ModelCatalog;
import java.util.Optional;
import java.util.UUID;

/** Tells gates what verdicts say of their samples. */
public final class GateFeedback {
    private final ModelCatalog<ServedModel> catalog;

    public GateFeedback(ModelCatalog<ServedModel> catalog) {
        this.catalog = catalog;
    }

    /** Takes a verdict that has changed something in the ledger. One of a model that is not served any more teaches nobody. */
    public void learn(AppliedVerdict applied) {
        EscalatedSample sample = applied.sample();
        double inclusion = sample.getInclusionProbability();
        Optional<Label> label = label(applied.verdict(), applied.sample());
        if (label.isEmpty() || !(inclusion > 0 && inclusion <= 1)) {
            return;
        }
        catalog.find(sample.getModel().getName())
                .filter(served -> served.digest().equals(sample.getModel().getDigest()))
                .flatMap(ServedModel::gate)
                .ifPresent(gate -> gate.learned(new Outcome(
                        UUID.fromString(sample.getEscalationId()).getLeastSignificantBits(),
                        sample.getGateEpoch(),
                        score(sample),
                        sample.getPurpose() == Purpose.PURPOSE_AUDITED,
                        inclusion,
                        label.get(),
                        before(applied),
                        margin(sample),
                        sample.getPrediction().getLabelIndex())));
    }

    /** A sample that failed a check, or that the edge could not read, would be accepted at no threshold. */
    private static double score(EscalatedSample sample) {
        boolean acceptable =
                !Reasons.isCheck(sample.getReason()) && !edgeLabel(sample).isEmpty();
        return acceptable ? sample.getScore() : Double.NEGATIVE_INFINITY;
    }

    private static double margin(EscalatedSample sample) {
        double[] surestLast = sample.getPrediction().getProbabilitiesList().stream()
                .mapToDouble(Float::doubleValue)
                .sorted()
                .toArray();
        return surestLast.length < 2
                ? Double.NaN
                : surestLast[surestLast.length - 1] - surestLast[surestLast.length - 2];
    }

    private static String edgeLabel(EscalatedSample sample) {
        return sample.getPrediction().getLabel();
    }

    private static Optional<Label> label(Verdict verdict, EscalatedSample sample) {
        return switch (verdict.getOutcomeCase()) {
            case FINAL -> Optional.of(label(verdict.getFinal(), sample));
            case PARKED -> Optional.of(new Label.Open(wrongProbability(verdict.getParked(), sample)));
            // Nobody will say: the sample stays open.
            case REJECTED, OUTCOME_NOT_SET -> Optional.empty();
        };
    }

    private static Label label(Verdict.Final verdict, EscalatedSample sample) {
        boolean wrong = !verdict.getLabel().equals(edgeLabel(sample));
        return verdict.getSource() == VerdictSource.VERDICT_SOURCE_ENSEMBLE
                ? new Label.ByEnsemble(wrong)
                : new Label.ByPerson(wrong);
    }

    /** The ensemble's probability that the edge is wrong; where the ensemble was not asked, the edge's own. */
    private static double wrongProbability(Verdict.Parked parked, EscalatedSample sample) {
        if (parked.hasEdgeWrongProbability()
                && !Double.isNaN(parked.getEdgeWrongProbability().getValue())) {
            return Math.clamp(parked.getEdgeWrongProbability().getValue(), 0.0, 1.0);
        }
        int top = sample.getPrediction().getLabelIndex();
        return top < 0 || top >= sample.getPrediction().getProbabilitiesCount()
                ? 1
                : Math.clamp(1 - sample.getPrediction().getProbabilities(top), 0.0, 1.0);
    }

    private static Optional<Label> before(AppliedVerdict applied) {
        return applied.before().flatMap(earlier -> label(earlier, applied.sample()));
    }
}
