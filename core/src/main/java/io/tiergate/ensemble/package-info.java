/**
 * How several larger models become one answer, and when that answer is good enough to stand without a person.
 *
 * <p>{@link io.tiergate.ensemble.Ensemble#classify} blocks its caller for one forward pass of every member; everything else is
 * arithmetic and safe on every thread.
 */
package io.tiergate.ensemble;
