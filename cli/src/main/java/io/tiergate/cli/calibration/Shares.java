package io.tiergate.cli.calibration;

import io.tiergate.gate.certificate.BinomialBounds;
import io.tiergate.gate.certificate.Evidence;

/**
 * What becomes of samples: some are decided by an ensemble alone, the others by people.
 *
 * @param alone how many an ensemble decides
 * @param errors how many of these wrongly
 * @param of all samples
 */
record Shares(int alone, int errors, int of) {
    private static final double HALF_OF_FIVE_PERCENT = 0.025;

    /** A share and its exact 95 % confidence interval (Clopper and Pearson 1934), 0 to 1. */
    record Estimate(double value, double low, double high) {
        private static Estimate of(int hits, int trials) {
            return new Estimate(
                    trials == 0 ? Double.NaN : (double) hits / trials,
                    BinomialBounds.lower(hits, trials, HALF_OF_FIVE_PERCENT),
                    BinomialBounds.upper(hits, trials, HALF_OF_FIVE_PERCENT));
        }
    }

    static Shares of(Evidence.Accepted accepted) {
        return new Shares(accepted.count(), accepted.errors(), accepted.of());
    }

    /** Of the samples that go to people. */
    Estimate people() {
        return Estimate.of(of - alone, of);
    }

    /** Of right answers among those that the ensemble gives alone; no number where it gives none. */
    Estimate accuracy() {
        return Estimate.of(alone - errors, alone);
    }
}
