package io.tiergate.edge.escalation;

import com.google.protobuf.ByteString;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ReportedLabel;

/** What waits in the outbox to be sent. */
sealed interface PendingRecord {
    /** Which of its kind it is, in the order in which they are sent. */
    Place place();

    /** The escalation's id. */
    String id();

    int sizeBytes();

    /** The record's value. */
    byte[] value();

    /**
     * A place in one of the two orders of the outbox.
     *
     * @param number the escalation's sequence for a sample, the report's number for a label
     */
    record Place(boolean label, long number) {}

    /**
     * A stored sample that has not been sent yet.
     *
     * @param sequence its place in the ledger's order
     * @param sample the stored {@link EscalatedSample}
     */
    record Sample(long sequence, String id, int attempt, ByteString sample) implements PendingRecord {
        @Override
        public Place place() {
            return new Place(false, sequence);
        }

        @Override
        public int sizeBytes() {
            return sample.size();
        }

        @Override
        public byte[] value() {
            return with(sample, envelope(sequence, attempt));
        }
    }

    /**
     * A label that an application has reported.
     *
     * @param sample the {@link EscalatedSample} it belongs to: whole if it was never sent, else without its tensors
     */
    record Label(long number, long sequence, String id, int attempt, ByteString sample, ReportedLabel label)
            implements PendingRecord {
        @Override
        public Place place() {
            return new Place(true, number);
        }

        @Override
        public int sizeBytes() {
            return sample.size();
        }

        @Override
        public byte[] value() {
            return with(sample, envelope(sequence, attempt).setReportedLabel(label));
        }
    }

    private static EscalatedSample.Builder envelope(long sequence, int attempt) {
        return EscalatedSample.newBuilder().setAttempt(attempt).setLedgerSequence(sequence);
    }

    /** Fields appended to a serialised message merge into it, so that the sample need not be parsed again. */
    private static byte[] with(ByteString sample, EscalatedSample.Builder fields) {
        return sample.concat(fields.build().toByteString()).toByteArray();
    }
}
