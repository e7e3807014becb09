package io.tiergate.cloud.intake;

import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.NewAnswer;
import io.tiergate.cloud.review.Outcome;
import io.tiergate.cloud.review.Particulars;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import java.util.Optional;

/**
 * The answer that a record would get, were it the first to ask.
 *
 * @param opinion what the ensemble's members said, where they were asked
 * @param refusal present if the verdict is a rejection
 */
record Finding(
        Reading.Addressed reading, Verdict verdict, Optional<EnsembleOpinion> opinion, Optional<Refusal> refusal) {
    /** One that no ensemble was asked about. */
    Finding(Reading.Addressed reading, Verdict verdict, Optional<Refusal> refusal) {
        this(reading, verdict, Optional.empty(), refusal);
    }

    int attempt() {
        return reading.sample().getAttempt();
    }

    /** Whether it asks again about a sample that its edge has not got any more. */
    boolean asksWithoutSample() {
        return attempt() > 1 && reading.sample().getPayloadCase() == EscalatedSample.PayloadCase.PAYLOAD_NOT_SET;
    }

    boolean isReplayed() {
        return reading.isReplayed();
    }

    /** @param attempt the number of the question that this answers */
    NewAnswer toAnswer(int attempt) {
        return new NewAnswer(
                reading.id(),
                attempt,
                reading.place(),
                verdict,
                isReplayed(),
                new Particulars(reading.sample(), opinion, RecordFactory.traceParent(reading.origin())),
                Outcome.of(verdict) == Outcome.PARKED ? Optional.of(whole()) : Optional.empty());
    }

    /** As it came, but with its payload, however that came: a person may take longer than an object is kept. */
    private byte[] whole() {
        return reading.sample().getTensors().hasFetchedFrom()
                ? reading.sample().toByteArray()
                : reading.origin().value();
    }
}
