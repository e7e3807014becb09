/**
 * Seeded schedules of edge and cloud in a virtual time. Everything of one schedule happens on one thread; what is package-private in the
 * services is reached from classes of the same packages, beside this one.
 */
package io.tiergate.sim;
