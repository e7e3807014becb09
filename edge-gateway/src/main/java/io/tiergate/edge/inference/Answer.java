package io.tiergate.edge.inference;

import io.tiergate.runtime.Tensor;
import java.util.List;

/**
 * The answer to one call.
 *
 * @param outputs the outputs that the caller asked for, for all rows together
 * @param samples one a row; empty for a model without a gate
 */
public record Answer(ServedModel model, List<Tensor> outputs, List<SampleAnswer> samples) {}
