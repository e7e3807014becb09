/**
 * What a person sees of a sample: a picture, a plot, a table, or numbers with the reason why there is nothing better. Everything is made
 * by ourselves from the sample's numbers; no byte of a client's is passed on.
 *
 * <p>Samples are fetched and drawn on threads {@code display-n}, of which there are few and for which few may wait.
 */
package io.tiergate.cloud.display;
