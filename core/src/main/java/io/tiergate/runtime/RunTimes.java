package io.tiergate.runtime;

/**
 * How long the parts of one run took, in nanoseconds, each 0 or more.
 *
 * @param inputNanos handing the inputs to the runtime
 * @param inferNanos running the graph
 * @param outputNanos taking the outputs back
 */
public record RunTimes(long inputNanos, long inferNanos, long outputNanos) {}
