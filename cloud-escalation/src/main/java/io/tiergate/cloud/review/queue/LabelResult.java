package io.tiergate.cloud.review.queue;

/**
 * A label that was kept.
 *
 * @param state what the item is now: {@code OPEN} if more labels are wanted, {@code TIED} or {@code DECIDED}
 * @param leaseExpired whether the lease had run out, and nobody else had decided meanwhile
 */
public record LabelResult(String state, boolean leaseExpired) {}
