package io.tiergate.edge.escalation;

import com.google.protobuf.DoubleValue;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a change has to know of an escalation before it.
 *
 * @param payloadBytes 0 if it has none any more
 * @param decided the verdict that counts so far
 * @param edgeWrong the ensemble's probability that the edge is wrong
 * @param sample without its tensors
 */
record StoredRow(
        long sequence,
        EscalationState state,
        int rank,
        int revision,
        long payloadBytes,
        Optional<Verdict.Final> decided,
        OptionalDouble edgeWrong,
        EscalatedSample sample) {
    /** The label that counts so far; empty if there is none. */
    String label() {
        return decided.map(Verdict.Final::getLabel).orElse("");
    }

    /** Whether the cloud has been asked, and it makes sense to ask again: there is something left to ask with. */
    boolean awaitsAnswer() {
        return (state == EscalationState.SENT || state == EscalationState.PARKED)
                && !sample.getEscalationId().isEmpty();
    }

    boolean isOutrankedBy(Verdict.Final verdict) {
        return verdict.getRank() > rank || (verdict.getRank() == rank && verdict.getRevision() > revision);
    }

    AppliedVerdict applied(Verdict verdict) {
        return new AppliedVerdict(verdict, sample, before());
    }

    private Optional<Verdict> before() {
        if (decided.isPresent()) {
            return Optional.of(Verdict.newBuilder().setFinal(decided.get()).build());
        }
        if (state != EscalationState.PARKED) {
            return Optional.empty();
        }
        Verdict.Parked.Builder parked = Verdict.Parked.newBuilder();
        edgeWrong.ifPresent(probability -> parked.setEdgeWrongProbability(DoubleValue.of(probability)));
        return Optional.of(Verdict.newBuilder().setParked(parked).build());
    }
}
