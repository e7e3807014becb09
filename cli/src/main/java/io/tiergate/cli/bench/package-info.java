/**
 * The end-to-end comparison: starts its subjects as processes, has the load generator of {@code benchmarks/} measure them one after
 * the other, round by round, and reports what came of it as ratios to this machine's own limits.
 *
 * <p>Everything runs on the command's thread, since nothing may be measured beside anything else. Only while models are swapped a
 * thread named {@code load} waits for the generator.
 */
package io.tiergate.cli.bench;
