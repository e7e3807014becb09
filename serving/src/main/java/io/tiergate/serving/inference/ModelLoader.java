package io.tiergate.serving.inference;

import io.tiergate.model.ModelPackage;
import java.util.Collection;

/**
 * Opens a repository's packages.
 *
 * @param <M> what they become
 */
public interface ModelLoader<M extends Servable> {
    /** Whether this server is meant to serve such a package; others are passed over in silence. */
    boolean serves(ModelPackage candidate);

    /**
     * Opens a package. Blocks for as long as ONNX Runtime needs.
     *
     * @param all every package of the repository, for checks of one against another
     * @throws io.tiergate.runtime.UnusableModelException with one sentence if it cannot be served
     */
    M load(ModelPackage candidate, Collection<ModelPackage> all);
}
