package io.tiergate.cloud.adjudication;

import io.tiergate.ensemble.Ensemble;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/** The ensembles of the repository, the highest version that can be loaded of each name. Loaded once, then only read. */
@ApplicationScoped
public class Ensembles {
    private static final Logger LOG = Logger.getLogger(Ensembles.class);

    private final EnsembleConfig config;
    private volatile Map<String, Ensemble> byName = Map.of();

    @Inject
    public Ensembles(EnsembleConfig config) {
        this.config = config;
    }

    /**
     * Reads the repository and opens its ensembles. A package that cannot be served is refused with one logged sentence; the
     * others are served. Blocks for reading and loading.
     *
     * @return whether there is any
     * @throws IOException if the repository is no readable folder
     */
    public boolean load(Path repository) throws IOException {
        ModelRepository.Listing listing = ModelRepository.list(repository);
        listing.refusals().forEach(refusal -> LOG.warnf("Model package refused: %s", refusal));
        Map<String, Ensemble> loaded = new TreeMap<>();
        for (ModelPackage candidate : listing.packages()) {
            if (candidate.manifest().orElse(null) instanceof EnsembleManifest manifest
                    && !loaded.containsKey(candidate.name())) {
                open(candidate, manifest, listing.packages()).ifPresent(e -> loaded.put(candidate.name(), e));
            }
        }
        byName = Map.copyOf(loaded);
        return !loaded.isEmpty();
    }

    public boolean isEmpty() {
        return byName.isEmpty();
    }

    public Optional<Ensemble> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** Names in alphabetical order. */
    public List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }

    /** Frees the members' memory. Nothing may run through them any more. */
    public void close() {
        Map<String, Ensemble> closing = byName;
        byName = Map.of();
        closing.values().forEach(Ensemble::close);
    }

    private Optional<Ensemble> open(ModelPackage candidate, EnsembleManifest manifest, Collection<ModelPackage> all) {
        Optional<String> mismatch = manifest.labelMismatch(all);
        if (mismatch.isPresent()) {
            LOG.warnf("Model package refused: %s: %s", candidate, mismatch.get());
            return Optional.empty();
        }
        try {
            Ensemble ensemble =
                    Ensemble.open(candidate, manifest, new SessionSettings(config.operatorThreads(), 1, false));
            LOG.infof(
                    "Ensemble served: package=%s digest=%s members=%d",
                    candidate, candidate.digest(), manifest.members().size());
            return Optional.of(ensemble);
        } catch (UnusableModelException e) {
            LOG.warnf("Model package refused: %s: %s", candidate, e.getMessage());
            return Optional.empty();
        }
    }
}
