package io.tiergate.edge.escalation;

import io.tiergate.proto.v1.EscalatedSample;

/**
 * A sample about to be promised.
 *
 * @param sample complete but for {@code attempt} and {@code ledger_sequence}, which the relay adds when it sends
 */
public record NewEscalation(EscalatedSample sample) {
    public String id() {
        return sample.getEscalationId();
    }

    /** As it is stored. */
    public int sizeBytes() {
        return sample.getSerializedSize();
    }
}
