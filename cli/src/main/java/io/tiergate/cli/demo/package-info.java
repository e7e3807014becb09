/**
 * The demonstration: the whole of Tiergate as real processes, a client that replays labelled images or shows single pictures,
 * and the account of what became of every escalation, taken from outside through the same interfaces that any client has.
 *
 * <p>Requests run on virtual threads; verdicts are watched on a thread named {@code verdicts}, and the live line is written on
 * one named {@code progress}.
 */
package io.tiergate.cli.demo;
