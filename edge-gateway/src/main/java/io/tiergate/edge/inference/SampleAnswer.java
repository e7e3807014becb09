package io.tiergate.edge.inference;

import io.tiergate.edge.verdict.KnownVerdict;
import io.tiergate.gate.Assessment;
import io.tiergate.gate.Distribution;
import io.tiergate.proto.v1.VerdictSource;
import java.util.Optional;

/**
 * The answer for one sample.
 *
 * @param label the edge's label, or the verdict's once that is here; empty if the edge's output could not be read
 * @param escalationId present if the sample was promised: escalated, or accepted and audited; of a resolved one, the escalation whose
 *     verdict answers, if it is one
 * @param decidedBy present if a verdict, or an ensemble that was asked in the edge's place, has replaced the edge's answer
 * @param edge what the edge's model said; of a sample that it did not see, its answer's confidence alone
 */
public record SampleAnswer(
        Decision decision,
        int labelIndex,
        String label,
        double threshold,
        String reason,
        Optional<String> escalationId,
        Optional<VerdictSource> decidedBy,
        Assessment edge) {

    static SampleAnswer fromEdge(
            ServedModel model,
            Decision decision,
            Assessment edge,
            double threshold,
            String reason,
            Optional<String> escalationId) {
        return new SampleAnswer(
                decision, edge.top(), model.label(edge.top()), threshold, reason, escalationId, Optional.empty(), edge);
    }

    /**
     * The answer of an ensemble that was asked in the edge's place: nothing is gated and nothing is promised.
     *
     * @param confidence the ensemble's probability of the label
     * @param sure false: a person would have to decide, but is not asked
     */
    public static SampleAnswer assisted(ServedModel model, String label, double confidence, boolean sure) {
        return new SampleAnswer(
                sure ? Decision.RESOLVED : Decision.SHED,
                model.labelIndex(label),
                label,
                0,
                sure ? "cloud-assisted" : "cloud-unsure",
                Optional.empty(),
                Optional.of(VerdictSource.VERDICT_SOURCE_ENSEMBLE),
                new Assessment(confidence, Distribution.UNKNOWN));
    }

    SampleAnswer decided(int verdictIndex, String verdictLabel, VerdictSource source) {
        return new SampleAnswer(
                decision, verdictIndex, verdictLabel, threshold, reason, escalationId, Optional.of(source), edge);
    }

    /** The answer that a known verdict gives at once. */
    static SampleAnswer resolved(
            ServedModel model, Assessment edge, double threshold, String reason, KnownVerdict known) {
        return new SampleAnswer(
                Decision.RESOLVED,
                model.labelIndex(known.label()),
                known.label(),
                threshold,
                reason,
                Optional.of(known.escalationId()),
                Optional.of(known.source()),
                edge);
    }

    /**
     * The same where nothing could be stored. An audit that is dropped does not touch the caller's answer.
     *
     * @param why in a word, for a sample that was to be escalated
     */
    SampleAnswer notStored(String why) {
        if (decision == Decision.RESOLVED) {
            // Its escalation was stored long ago.
            return this;
        }
        boolean shed = decision == Decision.ESCALATED;
        return new SampleAnswer(
                shed ? Decision.SHED : decision,
                labelIndex,
                label,
                threshold,
                shed ? why : reason,
                Optional.empty(),
                decidedBy,
                edge);
    }

    /** Whether a verdict may still change the answer. */
    public boolean isProvisional() {
        return decision == Decision.ESCALATED && decidedBy.isEmpty();
    }
}
