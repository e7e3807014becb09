/**
 * Which ensembles are served, what they say of a batch of samples, and the verdict that follows.
 *
 * <p>{@link io.tiergate.cloud.adjudication.SampleJudge} blocks its caller for forward passes; for escalations that is a thread
 * {@code ensemble-n} of {@link io.tiergate.cloud.adjudication.EnsembleRunner}. The rest is arithmetic and safe on every thread.
 */
package io.tiergate.cloud.adjudication;
