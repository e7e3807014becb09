/**
 * The way of an escalation through the cloud: from its record, over the ensemble and the database, to its answer.
 *
 * <p>Two batches are under way at a time: one is stored and committed while the next is judged, and is committed only after it. So
 * whatever fails is tried again with the same batch and nothing is skipped. Reading and wording run on worker threads, forward passes on the ensemble's threads,
 * transactions on Kafka's sending thread.
 */
package io.tiergate.cloud.intake;
