package io.tiergate.runtime;

/**
 * What one run of a model gave, and how long it took.
 *
 * @param <T> for a single model its outputs; for several that decide together whatever they decided
 */
public record ModelRun<T>(T result, RunTimes times) {}
