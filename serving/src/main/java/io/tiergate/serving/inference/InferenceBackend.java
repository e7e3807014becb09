package io.tiergate.serving.inference;

import io.smallrye.mutiny.Uni;

/**
 * What answers inferences: at the edge a gated model, in the cloud an ensemble.
 *
 * @param <M> the models it answers with
 */
public interface InferenceBackend<M extends Servable> {
    /**
     * Answers a call. Called on an event loop: it must not block.
     *
     * @return fails with {@link UnavailableException} if it cannot be served now, {@link InvalidRequestException} for a parameter with a
     *     value it cannot have, and {@link io.tiergate.runtime.InferenceException} if the model fails
     */
    Uni<Prediction> infer(M model, InferenceCall call);
}
