package io.tiergate.gate.control;

/**
 * How often things happen while nothing is wrong, 0 to 1 each.
 *
 * @param below answers below the threshold
 * @param belowMiddle answers below the median of those that the certificate accepts
 * @param failedChecks samples that fail a check beside the score
 */
public record Usual(double below, double belowMiddle, double failedChecks) {}
