package io.tiergate.edge.inference;

import io.tiergate.image.ImageDecoder;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.serving.inference.ModelLoader;
import java.util.Collection;

/**
 * Opens what the edge serves: every package but the ensembles.
 *
 * @param images shared by all models, so that their pictures keep to one memory
 */
public record EdgeModelLoader(SessionSettings settings, ImageDecoder images) implements ModelLoader<ServedModel> {
    @Override
    public boolean serves(ModelPackage candidate) {
        return candidate.manifest().filter(EnsembleManifest.class::isInstance).isEmpty();
    }

    @Override
    public ServedModel load(ModelPackage candidate, Collection<ModelPackage> all) {
        EdgeModel model = EdgeModel.open(candidate, settings);
        model.session().warmUp();
        return ServedModel.of(model, images);
    }
}
