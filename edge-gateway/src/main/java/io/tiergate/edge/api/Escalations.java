package io.tiergate.edge.api;

import com.google.protobuf.util.Timestamps;
import io.tiergate.edge.escalation.EscalationRow;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.FinalVerdict;
import io.tiergate.serving.inference.ModelCatalog;

/** Ledger rows as clients see them. */
final class Escalations {
    private final ModelCatalog<ServedModel> catalog;

    Escalations(ModelCatalog<ServedModel> catalog) {
        this.catalog = catalog;
    }

    Escalation toProto(EscalationRow row) {
        Escalation.Builder escalation = Escalation.newBuilder()
                .setEscalationId(row.id())
                .setState(state(row.state()))
                .setPurpose(row.purpose())
                .setModelName(row.model())
                .setModelVersion(row.version())
                .setReason(row.reason())
                .setEdgeLabelIndex(row.edgeLabelIndex())
                .setEdgeLabel(row.edgeLabel());
        row.verdict().ifPresent(verdict -> escalation.setVerdict(verdict(row.model(), verdict)));
        return escalation.build();
    }

    private FinalVerdict verdict(String model, EscalationRow.DecidedLabel decided) {
        var details = decided.details();
        // The ensemble may list the classes in another order: clients know the edge model's.
        int index = catalog.find(model)
                .map(served -> served.labelIndex(details.getLabel()))
                .orElse(-1);
        return FinalVerdict.newBuilder()
                .setLabelIndex(index)
                .setLabel(details.getLabel())
                .addAllProbabilities(details.getProbabilitiesList())
                .setSource(details.getSource())
                .setRank(details.getRank())
                .setRevision(details.getRevision())
                .setDegraded(details.getDegraded())
                .setDecidedAt(Timestamps.fromMillis(decided.decidedAtMillis()))
                .build();
    }

    static io.tiergate.proto.v1.EscalationState state(EscalationState state) {
        return switch (state) {
            case PENDING -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_PENDING;
            case SENT -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_SENT;
            case PARKED -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_PARKED;
            case VERDICT -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_VERDICT;
            case EXPIRED -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_EXPIRED;
            case EVICTED -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_EVICTED;
            case REJECTED -> io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_REJECTED;
        };
    }
}
