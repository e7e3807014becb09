package io.tiergate.serving.inference;

import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a catalog knows of one model at one moment.
 *
 * @param served absent: no version of it is served
 * @param packages those of its folder as it was last read, also such as are not for this server
 * @param refusals versions that are not served, with the reason
 * @param fingerprint how its folder looked just before it was last read
 */
record CatalogEntry<M extends Servable>(
        String name,
        Optional<M> served,
        List<ModelPackage> packages,
        List<Refusal> refusals,
        ModelFingerprint fingerprint) {
    CatalogEntry {
        packages = List.copyOf(packages);
        refusals = List.copyOf(refusals);
    }

    /** Whether there is anything to say about it. */
    boolean isKnown() {
        return served.isPresent() || !refusals.isEmpty();
    }

    /** The reason why a version, or with an empty one the model, is not served. */
    Optional<Refusal> refusal(String version) {
        return refusals.stream()
                .filter(refusal -> version.isEmpty() || refusal.version().equals(version))
                .findFirst();
    }

    CatalogEntry<M> unloaded() {
        List<Refusal> reasons = new ArrayList<>();
        served.ifPresent(model -> reasons.add(new Refusal(name, String.valueOf(model.version()), "unloaded")));
        reasons.addAll(refusals);
        return new CatalogEntry<>(name, Optional.empty(), packages, reasons, fingerprint);
    }

    /** The same refusals beside a version that is served all the same, and about which they say nothing. */
    CatalogEntry<M> with(Optional<M> stillServed) {
        Optional<String> version = stillServed.map(model -> String.valueOf(model.version()));
        List<Refusal> others = refusals.stream()
                .filter(refusal -> !version.equals(Optional.of(refusal.version())))
                .toList();
        return new CatalogEntry<>(name, stillServed, packages, others, fingerprint);
    }

    String reasons() {
        return refusals.stream()
                .map(refusal -> "version " + refusal.version() + ": " + refusal.reason())
                .collect(Collectors.joining("; "));
    }

    List<ModelState> states() {
        List<ModelState> states = new ArrayList<>();
        served.ifPresent(model -> states.add(new ModelState(name, String.valueOf(model.version()), true, "")));
        refusals.forEach(refusal -> states.add(new ModelState(name, refusal.version(), false, refusal.reason())));
        return states;
    }
}
