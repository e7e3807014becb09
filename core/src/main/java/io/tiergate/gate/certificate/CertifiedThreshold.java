package io.tiergate.gate.certificate;

/**
 * A threshold and what its evidence says.
 *
 * @param threshold answers with at least this score are accepted
 * @param accepted of the evidence that tested it
 * @param bound upper bound of the risk of accepted answers at the delta that was its share
 */
public record CertifiedThreshold(double threshold, Evidence.Accepted accepted, double bound) {
    static CertifiedThreshold at(double threshold, Evidence evidence, double delta) {
        Evidence.Accepted accepted = evidence.accepted(threshold);
        return new CertifiedThreshold(threshold, accepted, accepted.riskBound(delta));
    }

    boolean holds(double targetRisk) {
        return Double.isFinite(threshold) && bound < targetRisk;
    }
}
