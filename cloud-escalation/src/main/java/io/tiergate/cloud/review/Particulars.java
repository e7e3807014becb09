package io.tiergate.cloud.review;

import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import java.util.Optional;

/**
 * What people see of a sample and search by, beside its payload.
 *
 * @param envelope the question without its payload
 * @param opinion empty where no ensemble was asked
 * @param traceParent the W3C trace context that came with the question
 */
public record Particulars(EscalatedSample envelope, Optional<EnsembleOpinion> opinion, Optional<String> traceParent) {
    public Particulars {
        envelope = envelope.toBuilder().clearPayload().build();
    }
}
