package io.tiergate.edge.inference;

import io.grpc.Deadline;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Answers calls for which the edge has no capacity. */
public interface Assistance {
    /**
     * Answers a call in the edge's place.
     *
     * @param model one with a gate
     * @param wanted names of the outputs to return, each one of the model's
     * @param deadline the call's; null if it has none
     * @return fails if it cannot: then the call is refused as it would have been. Called on an event loop: it must not block
     */
    Uni<Answer> answer(
            ServedModel model, CallInputs inputs, List<String> wanted, CallOptions options, Deadline deadline);
}
