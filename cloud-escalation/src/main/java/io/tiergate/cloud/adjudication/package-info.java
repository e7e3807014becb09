/**
 * Which ensembles are served, what they say of a batch of samples, and the verdict that follows.
 *
 * <p>Forward passes run on the threads {@code ensemble-n} of {@link io.tiergate.cloud.adjudication.EnsembleRunner} and nowhere
 * else; the rest is arithmetic and safe on every thread.
 */
package io.tiergate.cloud.adjudication;
