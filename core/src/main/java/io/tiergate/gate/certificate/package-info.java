/**
 * What a gate may promise and why: labelled evidence, exact bounds, the search for a threshold, and the certificate that says
 * what was found. Plain functions of their arguments, safe on every thread.
 */
package io.tiergate.gate.certificate;
