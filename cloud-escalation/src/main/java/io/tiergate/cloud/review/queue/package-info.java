/**
 * What people decide: who gets which sample, what their labels add up to, and how that reaches the edge and the retraining queue.
 *
 * <p>Statements run on a pool of connections of its own, so that people never keep the intake waiting, and continue on the client's event
 * loops. Kafka's transactions run on a thread of their own, {@code review-publisher}.
 */
package io.tiergate.cloud.review.queue;
