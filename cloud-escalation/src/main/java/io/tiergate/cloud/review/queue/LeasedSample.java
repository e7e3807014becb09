package io.tiergate.cloud.review.queue;

import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A sample that was given to a person.
 *
 * @param token shows, with the label, which lease it was given under
 * @param leasedUntil until then nobody else gets it
 * @param parkedAt since when it waits
 * @param tied whether others disagree about it, and this label settles it
 * @param envelope the question without its payload
 * @param verdict why it is here, and what the ensemble would have said
 * @param opinion what the members said; empty in rows of earlier releases, and where no ensemble was asked
 * @param labels those that can be given; empty if the ensemble is not served any more
 */
public record LeasedSample(
        UUID id,
        UUID token,
        Instant leasedUntil,
        Instant parkedAt,
        boolean tied,
        EscalatedSample envelope,
        Verdict verdict,
        Optional<EnsembleOpinion> opinion,
        List<String> labels) {}
