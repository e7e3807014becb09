package io.tiergate.edge.inference;

import io.tiergate.gate.Gate;
import io.tiergate.image.ImageDecoder;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.EnsembleManifest;
import io.tiergate.model.ModelPackage;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.serving.inference.ModelLoader;
import java.util.Collection;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Opens what the edge serves: every package but the ensembles.
 *
 * @param images shared by all models, so that their pictures keep to one memory
 * @param gates makes the gate of a model; empty for a model that is served without one
 */
public record EdgeModelLoader(SessionSettings settings, ImageDecoder images, Function<EdgeModel, Optional<Gate>> gates)
        implements ModelLoader<ServedModel> {
    /** With gates that nobody keeps. */
    public EdgeModelLoader(SessionSettings settings, ImageDecoder images) {
        this(settings, images, model -> model.gate(new SplittableRandom(), System::nanoTime));
    }

    @Override
    public boolean serves(ModelPackage candidate) {
        return candidate.manifest().filter(EnsembleManifest.class::isInstance).isEmpty();
    }

    @Override
    public ServedModel load(ModelPackage candidate, Collection<ModelPackage> all) {
        EdgeModel model = EdgeModel.open(candidate, settings);
        try {
            Optional<Gate> gate = gates.apply(model);
            model.session().warmUp();
            return ServedModel.of(model, gate, images);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }
}
