package io.tiergate.cloud.review;

import io.tiergate.proto.v1.Verdict;
import java.util.Optional;
import java.util.UUID;

/**
 * An answer that is about to be given, unless another was given before.
 *
 * @param attempt of the question that it answers
 * @param origin the record with the question
 * @param replayed whether the question comes from a dead letter: then this answer takes a rejection's place
 * @param particulars of the question
 * @param parkedSample the {@code EscalatedSample} as it came, where a person has to see it
 */
public record NewAnswer(
        UUID id,
        int attempt,
        Origin origin,
        Verdict verdict,
        boolean replayed,
        Particulars particulars,
        Optional<byte[]> parkedSample)
        implements NewRow {}
