package io.tiergate.serving.inference;

import io.tiergate.proto.inference.InferParameter;
import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Map;

/**
 * One inference, checked against the model's signature.
 *
 * @param inputs as {@link io.tiergate.runtime.Signature#arrange} leaves them
 * @param outputs names of the outputs to return, each one of the model's
 * @param parameters as the caller sent them; a backend reads those under its own prefix
 * @param queue how the call wants to be queued
 */
public record InferenceCall(
        List<Tensor> inputs, List<String> outputs, Map<String, InferParameter> parameters, QueuePolicy queue) {}
