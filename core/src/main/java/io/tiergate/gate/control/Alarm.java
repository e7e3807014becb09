package io.tiergate.gate.control;

/**
 * A time at which the gate put the brake on.
 *
 * @param at how many samples had been decided
 */
public record Alarm(long at, Signal signal) {}
