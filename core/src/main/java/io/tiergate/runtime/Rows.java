package io.tiergate.runtime;

import java.util.Collection;
import java.util.List;

/**
 * What one call brings to a batch, each row of it a sample.
 *
 * @param inputs in the model's order, fitting its signature, see {@link Signature#arrange}
 * @param outputs names of the outputs wanted, in the order wanted
 */
public record Rows(List<Tensor> inputs, Collection<String> outputs) {
    /** How many there are. */
    public int count() {
        return Math.toIntExact(inputs.get(0).shape().size(0));
    }
}
