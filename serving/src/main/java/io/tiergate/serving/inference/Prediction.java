package io.tiergate.serving.inference;

import io.tiergate.runtime.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A backend's answer.
 *
 * @param outputs in the order in which they were asked for
 * @param parameters what else is to be said, by the name under which clients find it; texts, since many clients know no other kind
 */
public record Prediction(List<Tensor> outputs, Map<String, String> parameters) {}
