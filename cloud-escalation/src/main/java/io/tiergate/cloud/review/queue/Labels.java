package io.tiergate.cloud.review.queue;

import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.proto.v1.EscalatedSample;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;

/** Which labels a person can give to a sample: those of the ensemble that it names. */
@ApplicationScoped
class Labels {
    private final Ensembles ensembles;

    @Inject
    Labels(Ensembles ensembles) {
        this.ensembles = ensembles;
    }

    /** Empty if the ensemble is not served, or not yet. */
    List<String> of(EscalatedSample envelope) {
        return ensembles.catalog() == null
                ? List.of()
                : ensembles
                        .find(envelope.getEnsemble())
                        .map(ensemble -> ensemble.manifest().labels())
                        .orElse(List.of());
    }

    /**
     * @return the label's index
     * @throws ReviewProblem if it is none of them
     */
    int indexOf(EscalatedSample envelope, String label) {
        List<String> labels = of(envelope);
        int index = labels.indexOf(label);
        if (index < 0) {
            throw ReviewProblem.unusable(
                            "Not one of the labels",
                            labels.isEmpty()
                                    ? "Ensemble '" + envelope.getEnsemble()
                                            + "' is not served, so nobody knows its labels. Put its package back, or wait until the service is ready."
                                    : "label: '" + label + "' (expected: one of " + labels
                                            + ", the labels of ensemble '" + envelope.getEnsemble() + "')")
                    .with("labels", labels);
        }
        return index;
    }
}
