package io.tiergate.edge.escalation;

import com.google.protobuf.ByteString;
import io.tiergate.proto.v1.EscalatedSample;

/**
 * A stored sample that has not been sent yet.
 *
 * @param sequence its place in the ledger's order
 * @param sample the stored {@link EscalatedSample}
 */
record PendingRecord(long sequence, String id, int attempt, ByteString sample) {

    int sizeBytes() {
        return sample.size();
    }

    /** The record's value. Fields appended to a serialised message merge into it, so that the sample need not be parsed again. */
    byte[] value() {
        EscalatedSample envelope = EscalatedSample.newBuilder()
                .setAttempt(attempt)
                .setLedgerSequence(sequence)
                .build();
        return sample.concat(envelope.toByteString()).toByteArray();
    }
}
