package io.tiergate.cloud.intake;

import io.tiergate.cloud.publication.RecordFactory;
import io.tiergate.cloud.review.Origin;
import io.tiergate.ensemble.Ensemble;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.claimcheck.Claim;
import java.util.List;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What a record turned out to be. */
sealed interface Reading {
    ConsumerRecord<byte[], byte[]> origin();

    default Origin place() {
        return new Origin(origin().partition(), origin().offset());
    }

    /** A record with an id, a site and a partition to answer on. */
    sealed interface Addressed extends Reading {
        UUID id();

        /** Whether it is a dead letter that somebody has put back. */
        default boolean isReplayed() {
            return RecordFactory.replayOf(origin()).isPresent();
        }

        EscalatedSample sample();
    }

    /**
     * A sample that the ensemble can be asked about.
     *
     * @param inputs in the ensemble's order, batch dimension 1
     */
    record Question(
            ConsumerRecord<byte[], byte[]> origin,
            UUID id,
            EscalatedSample sample,
            Ensemble ensemble,
            List<Tensor> inputs)
            implements Addressed {}

    /**
     * A sample whose payload still has to be fetched; then it turns out to be something else.
     *
     * @param claim of a size that may be fetched
     */
    record Claimed(
            ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample, Ensemble ensemble, Claim claim)
            implements Addressed {}

    /** A sample that its edge sent as scores only: there is nothing that the ensemble could be asked about. */
    record WithoutPayload(ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample, Ensemble ensemble)
            implements Addressed {}

    /** A sample that cannot be processed, whose edge can be told so. */
    record Refused(ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample, Refusal refusal)
            implements Addressed {}

    /**
     * What an application says a sample is. It asks nothing and is not answered.
     *
     * @param ensemble the one that the sample names; the reported label is one of its own
     */
    record Reported(ConsumerRecord<byte[], byte[]> origin, UUID id, EscalatedSample sample, Ensemble ensemble)
            implements Reading {
        int revision() {
            return sample.getReportedLabel().getRevision();
        }

        /** Whether it has brought the sample along, itself or where it can be fetched. */
        boolean bringsSample() {
            return sample.getTensors().getTensorsCount() > 0 || sample.hasClaimCheck();
        }
    }

    /** A record that nobody can be answered about. */
    record Unanswerable(ConsumerRecord<byte[], byte[]> origin, Refusal refusal) implements Reading {}
}
