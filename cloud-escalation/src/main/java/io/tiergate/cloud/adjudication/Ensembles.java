package io.tiergate.cloud.adjudication;

import io.tiergate.ensemble.Ensemble;
import io.tiergate.model.Display;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.serving.inference.ModelCatalog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The ensembles that are served, to escalations and to callers of the gRPC port alike. Loaded once, then only read. */
@ApplicationScoped
public class Ensembles {
    private final EnsembleConfig config;
    private volatile ModelCatalog<ServedEnsemble> catalog;

    @Inject
    public Ensembles(EnsembleConfig config) {
        this.config = config;
    }

    /**
     * Reads the repository and opens its ensembles. To be called once, before anything else. Blocks for reading and loading.
     *
     * @throws IOException if the repository is no readable folder
     */
    public void load(Path repository) throws IOException {
        catalog = ModelCatalog.load(
                repository,
                new EnsembleLoader(new SessionSettings(config.operatorThreads(), 1, false), config.memberDeadline()));
    }

    /** All of them, with the packages that were refused. */
    public ModelCatalog<ServedEnsemble> catalog() {
        return catalog;
    }

    public boolean isEmpty() {
        return catalog.served().isEmpty();
    }

    public Optional<Ensemble> find(String name) {
        return catalog.find(name).map(ServedEnsemble::ensemble);
    }

    /**
     * How a person sees a sample.
     *
     * @param ensemble that was asked
     * @param model at the edge, and its version
     * @return empty if no manifest says it
     */
    public Optional<Display> display(String ensemble, String model, long version) {
        return catalog.find(ensemble).flatMap(served -> served.displays().of(model, version));
    }

    /** Names in alphabetical order. */
    public List<String> names() {
        return catalog.served().stream().map(ServedEnsemble::name).toList();
    }

    /** Frees the members' memory, each ensemble's once nothing runs through it any more. */
    public void close() {
        if (catalog != null) {
            catalog.close();
        }
    }
}
