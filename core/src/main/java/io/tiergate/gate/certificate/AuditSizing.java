package io.tiergate.gate.certificate;

import java.util.OptionalLong;

/** How many labelled answers a certificate needs. */
public final class AuditSizing {
    private static final long MOST = 100_000_000;

    private AuditSizing() {}

    /**
     * The number of accepted answers, drawn at random and labelled, after which the exact bound is at most the target, if they are wrong as
     * often as expected.
     *
     * @return empty if no number below 100 million is enough, as for an expected risk that is not below the target
     */
    public static OptionalLong labels(double expectedRisk, double targetRisk, double delta) {
        long enough = 1;
        while (!suffice(enough, expectedRisk, targetRisk, delta)) {
            enough *= 2;
            if (enough > MOST) {
                return OptionalLong.empty();
            }
        }
        long tooFew = enough / 2;
        while (enough - tooFew > 1) {
            long middle = (tooFew + enough) / 2;
            if (suffice(middle, expectedRisk, targetRisk, delta)) {
                enough = middle;
            } else {
                tooFew = middle;
            }
        }
        return OptionalLong.of(enough);
    }

    private static boolean suffice(long labels, double expectedRisk, double targetRisk, double delta) {
        return BinomialBounds.upper(Math.min(labels, Math.round(labels * expectedRisk)), labels, delta) <= targetRisk;
    }
}
