package io.tiergate.serving.testing;

import io.tiergate.model.EdgeManifest;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.model.ModelRepository;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Signature;
import io.tiergate.serving.inference.ModelLoader;
import io.tiergate.serving.inference.Servable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;

/** A real model on ONNX Runtime, served without a gate. */
public record PlainModel(EdgeModel model) implements Servable {
    /** Opens every package but the ensembles. */
    public static final ModelLoader<PlainModel> LOADER = new ModelLoader<>() {
        @Override
        public boolean serves(ModelPackage candidate) {
            return candidate
                    .manifest()
                    .filter(EnsembleManifest.class::isInstance)
                    .isEmpty();
        }

        @Override
        public PlainModel load(ModelPackage candidate, Collection<ModelPackage> all) {
            EdgeModel model = EdgeModel.open(candidate, SessionSettings.SINGLE_THREADED);
            model.session().warmUp();
            return new PlainModel(model);
        }
    };

    /** Opens version 1 of a repository's model; the caller closes it. */
    public static PlainModel open(Path repository, String model) {
        ModelRepository.Listing listing =
                ModelRepository.listVersion(repository.resolve(model).resolve("1"));
        return LOADER.load(listing.packages().getFirst(), listing.packages());
    }

    @Override
    public String name() {
        return model.modelPackage().name();
    }

    @Override
    public long version() {
        return model.modelPackage().version();
    }

    @Override
    public String digest() {
        return model.modelPackage().digest();
    }

    @Override
    public Signature signature() {
        return model.session().signature();
    }

    @Override
    public List<String> labels(String output) {
        return model.manifest()
                .filter(manifest -> manifest.outputName().equals(output))
                .map(EdgeManifest::labels)
                .orElse(List.of());
    }

    @Override
    public boolean retain() {
        return model.session().retain();
    }

    @Override
    public void release() {
        model.session().release();
    }

    @Override
    public void close() {
        model.close();
    }
}
