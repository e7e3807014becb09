package io.tiergate.cloud.adjudication;

import io.tiergate.ensemble.Ensemble;
import io.tiergate.model.Displays;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import io.tiergate.serving.inference.ModelLoader;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;

/**
 * Opens what the cloud serves: the ensembles.
 *
 * @param memberDeadline where a package does not say it
 */
record EnsembleLoader(SessionSettings settings, Duration memberDeadline) implements ModelLoader<ServedEnsemble> {
    @Override
    public boolean serves(ModelPackage candidate) {
        return candidate.manifest().filter(EnsembleManifest.class::isInstance).isPresent();
    }

    @Override
    public ServedEnsemble load(ModelPackage candidate, Collection<ModelPackage> all) {
        EnsembleManifest manifest = (EnsembleManifest) candidate.manifest().orElseThrow();
        manifest.labelMismatch(all).ifPresent(mismatch -> {
            throw new UnusableModelException(mismatch);
        });
        return ServedEnsemble.of(
                Ensemble.open(candidate, manifest, settings, Optional.of(memberDeadline)), Displays.of(manifest, all));
    }
}
