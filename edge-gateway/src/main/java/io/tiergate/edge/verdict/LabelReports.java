package io.tiergate.edge.verdict;

import com.google.protobuf.util.Timestamps;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.escalation.EscalationRow;
import io.tiergate.edge.escalation.LabelReport;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import java.util.List;
import java.util.Optional;

/** Takes the ground truth that applications report for samples which the gateway has promised. */
public final class LabelReports {
    private static final int LONGEST_LABEL = 256;

    private final Ledger ledger;
    private final ModelCatalog<ServedModel> catalog;
    private final VerdictNews news;

    public LabelReports(Ledger ledger, ModelCatalog<ServedModel> catalog, VerdictNews news) {
        this.ledger = ledger;
        this.catalog = catalog;
        this.news = news;
    }

    /**
     * Takes a label. Once the result is there, it is on disk.
     *
     * @param label one of the labels of the model that had answered; any if that version is not served any more
     * @throws InvalidRequestException if the label is none
     * @return empty for an id that is not in the ledger; fails with {@link InvalidRequestException} for a label that the model does not
     *     know, and with {@link io.tiergate.edge.escalation.LedgerUnavailableException} if the disk refuses
     */
    public Uni<Optional<LabelReport>> report(String id, String label) {
        if (label.isBlank() || label.length() > LONGEST_LABEL) {
            throw new InvalidRequestException("label: %s (expected: one of the model's labels, of 1 to %d characters)"
                    .formatted(label.isBlank() ? "empty" : label.length() + " characters", LONGEST_LABEL));
        }
        return ledger.find(id).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(Optional.empty());
            }
            requireKnown(found.get(), label);
            return ledger.report(id, label, Timestamps.now(), news::announce);
        });
    }

    private void requireKnown(EscalationRow escalation, String label) {
        // Another version may have other labels.
        Optional<ServedModel> model =
                catalog.find(escalation.model()).filter(served -> served.version() == escalation.version());
        List<String> labels = model.map(ServedModel::labels).orElse(List.of());
        if (!labels.isEmpty() && !labels.contains(label)) {
            throw new InvalidRequestException("label: '%s' (expected: one of %s, the labels of model '%s')"
                    .formatted(label, labels, escalation.model()));
        }
    }
}
