/**
 * How answers reach Kafka: one transaction a batch, with verdicts, retraining records, dead letters and the consumer's offsets.
 *
 * <p>A transaction runs as a whole on SmallRye's sending thread of the channel {@code verdicts}, which may block for as long as
 * the broker is away; nothing else runs there.
 */
package io.tiergate.cloud.publication;
