package io.tiergate.edge.inference;

import io.tiergate.image.ImageLimits;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.UnusableModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jboss.logging.Logger;

/**
 * The models that this gateway serves: of every model the highest version that can be loaded. What cannot be loaded is refused
 * with one sentence and stops nothing else.
 */
public final class ModelCatalog implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ModelCatalog.class);

    private final SortedMap<String, ServedModel> served;
    private final List<ModelRepository.Refusal> refusals;

    private ModelCatalog(SortedMap<String, ServedModel> served, List<ModelRepository.Refusal> refusals) {
        this.served = served;
        this.refusals = refusals;
    }

    /**
     * Loads a repository's models other than ensembles.
     *
     * @param images what a picture may cost
     * @throws IOException if the repository is no readable folder
     */
    public static ModelCatalog load(Path repository, SessionSettings settings, ImageLimits images) throws IOException {
        ModelRepository.Listing listing = ModelRepository.list(repository);
        SortedMap<String, ServedModel> served = new TreeMap<>();
        List<ModelRepository.Refusal> refusals = new ArrayList<>(listing.refusals());
        for (ModelPackage candidate : listing.packages()) {
            boolean ensemble = candidate
                    .manifest()
                    .filter(EnsembleManifest.class::isInstance)
                    .isPresent();
            if (ensemble || served.containsKey(candidate.name())) {
                continue;
            }
            try {
                ServedModel model = ServedModel.of(EdgeModel.open(candidate, settings), images);
                served.put(candidate.name(), model);
                LOG.infof(
                        "Model loaded: model=%s gated=%s digest=%s",
                        candidate, model.gate().isPresent(), candidate.digest());
            } catch (UnusableModelException e) {
                refusals.add(new ModelRepository.Refusal(
                        candidate.name(), String.valueOf(candidate.version()), e.getMessage()));
            }
        }
        refusals.forEach(refusal -> LOG.warnf("Model package refused: %s", refusal));
        return new ModelCatalog(served, refusals);
    }

    public Collection<ServedModel> served() {
        return served.values();
    }

    /** Packages that cannot be served, with the reason. */
    public List<ModelRepository.Refusal> refusals() {
        return List.copyOf(refusals);
    }

    /**
     * Finds a model.
     *
     * @param version a positive integer as text; empty for the version served
     * @throws ModelNotFoundException if the model or the version is not in the repository
     * @throws ModelNotReadyException if it is there but was refused
     * @throws InvalidRequestException if the version is no positive integer
     */
    public ServedModel require(String name, String version) {
        checkVersion(name, version);
        ServedModel model = served.get(name);
        if (model != null && (version.isEmpty() || model.version() == Long.parseLong(version))) {
            return model;
        }
        refusal(name, version).ifPresent(refusal -> {
            throw new ModelNotReadyException(
                    "Request for unknown model: '%s' is not at ready state: %s".formatted(name, refusal));
        });
        if (model != null) {
            throw new ModelNotFoundException(
                    "Request for unknown model: '%s' version %s is not found (served: version %d)"
                            .formatted(name, version, model.version()));
        }
        throw new ModelNotFoundException("Request for unknown model: '%s' is not found (served: %s)"
                .formatted(name, String.join(", ", served.keySet())));
    }

    /** The model of that name in the version served, if there is one. */
    public Optional<ServedModel> find(String name) {
        return Optional.ofNullable(served.get(name));
    }

    private Optional<ModelRepository.Refusal> refusal(String name, String version) {
        return refusals.stream()
                .filter(refusal -> refusal.model().equals(name))
                .filter(refusal -> version.isEmpty() || refusal.version().equals(version))
                .findFirst();
    }

    private static void checkVersion(String name, String version) {
        if (!version.isEmpty() && !version.matches("[1-9]\\d{0,17}")) {
            throw new InvalidRequestException(
                    "model version '%s' of '%s' (expected: a positive integer, or empty)".formatted(version, name));
        }
    }

    @Override
    public void close() {
        served.values().forEach(model -> model.model().close());
    }
}
