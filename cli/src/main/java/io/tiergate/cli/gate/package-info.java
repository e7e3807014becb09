/**
 * Replays labelled images, or what a gateway's ledger remembers, through a gate: the same classes that decide in production, under a
 * clock that only the requests move.
 *
 * <p>Everything runs on the caller's thread, but for the models, which run before the replay begins. The same seed gives the same report.
 */
package io.tiergate.cli.gate;
