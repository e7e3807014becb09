package io.tiergate.model;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * How people see the samples that come to an ensemble: as its own manifest says; where that says nothing, as that of the edge model says
 * which sent the sample, if it sends its input.
 */
public final class Displays {
    private final Optional<Display> own;
    private final List<ModelPackage> edges;

    private Displays(Optional<Display> own, List<ModelPackage> edges) {
        this.own = own;
        this.edges = edges;
    }

    /**
     * @param packages those of the same repository, which may hold edge models or not
     */
    public static Displays of(EnsembleManifest ensemble, Collection<ModelPackage> packages) {
        return new Displays(
                ensemble.display(),
                packages.stream()
                        .filter(candidate -> sendsInput(candidate, ensemble.name()))
                        .toList());
    }

    /** For a sample of this edge model; empty: it is to be guessed. */
    public Optional<Display> of(String model, long version) {
        return own.or(() -> edges.stream()
                .filter(edge -> edge.name().equals(model) && edge.version() == version)
                .findFirst()
                .flatMap(ModelPackage::manifest)
                .flatMap(Manifest::display));
    }

    private static boolean sendsInput(ModelPackage candidate, String ensemble) {
        return candidate.manifest().orElse(null) instanceof EdgeManifest edge
                && edge.escalation()
                        .filter(to -> to.ensemble().equals(ensemble) && to.payload() instanceof Payload.Input)
                        .isPresent();
    }
}
