/**
 * From labelled images to a certificate: what a model answers, what these answers let a gate promise, and how that is told.
 *
 * <p>Models run on the common pool, a batch a task, so that the same images give the same answers on any machine with the same runtime.
 */
package io.tiergate.cli.calibration;
