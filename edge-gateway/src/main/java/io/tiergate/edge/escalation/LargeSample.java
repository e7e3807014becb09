package io.tiergate.edge.escalation;

/**
 * A sample that is too large for a record.
 *
 * @param sequence its place in the ledger's order
 * @param sample the stored {@link io.tiergate.proto.v1.EscalatedSample}
 */
@SuppressWarnings("ArrayRecordComponent") // Megabytes, which nobody compares or keeps.
record LargeSample(long sequence, String id, byte[] sample) {}
