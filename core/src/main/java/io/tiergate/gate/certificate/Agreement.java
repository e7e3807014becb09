package io.tiergate.gate.certificate;

import org.hipparchus.special.Erf;

/**
 * How much of the edge's errors an ensemble sees, counted on labelled answers that a gate accepts. The ensemble makes some of the same
 * mistakes, so that its disagreement understates the risk.
 *
 * @param accepted answers looked at
 * @param errors those that are wrong
 * @param disagreements those to which the ensemble gives another label
 * @param both those that are wrong and get another label
 */
public record Agreement(int accepted, int errors, int disagreements, int both) {
    public Agreement {
        if (both < 0 || both > errors || both > disagreements || errors + disagreements - both > accepted) {
            throw new IllegalArgumentException("agreement: %d accepted, %d errors, %d disagreements, %d both"
                    .formatted(accepted, errors, disagreements, both));
        }
    }

    /** Disagreements for each error; NaN without errors. */
    public double ratio() {
        return errors == 0 ? Double.NaN : (double) disagreements / errors;
    }

    /**
     * Lower bound of the ratio: of the logarithm of the ratio of two paired proportions by its standard error (Nam and Blackwelder 2002,
     * "Analysis of the ratio of marginal probabilities in a matched-pair setting"), as if one answer more told the two apart: a few errors
     * that the ensemble happens to see all do not prove that it sees every one.
     *
     * @param delta how often, at most and roughly, the ratio lies below
     * @return 0 where a count is too small for a bound
     */
    public double lowerRatio(double delta) {
        return disagreements == 0 || errors == 0 ? 0 : ratio() * Math.exp(-deviations(delta) * standardError());
    }

    /** Upper bound of the ratio, in the same way; infinite where a count is too small for a bound. */
    public double upperRatio(double delta) {
        return disagreements == 0 || errors == 0
                ? Double.POSITIVE_INFINITY
                : ratio() * Math.exp(deviations(delta) * standardError());
    }

    private double standardError() {
        return Math.sqrt((errors + disagreements - 2.0 * both + 1) / ((double) errors * disagreements));
    }

    private static double deviations(double delta) {
        return Math.sqrt(2) * Erf.erfInv(1 - 2 * delta);
    }
}
