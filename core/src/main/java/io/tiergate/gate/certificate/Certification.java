package io.tiergate.gate.certificate;

import java.util.Optional;

/** What evidence supports under given terms. */
public final class Certification {
    /** Where the gate goes on an alarm: to what holds for this part of the target risk. */
    private static final double GUARDED_PART = 1.0 / 3;
    /** Accepted on an alarm where nothing holds for that part. */
    private static final double GUARDED_COVERAGE = 0.2;

    private final SplitEvidence evidence;

    public Certification(SplitEvidence evidence) {
        this.evidence = evidence;
    }

    /** The lowest threshold that the terms allow. */
    public Optional<CertifiedThreshold> threshold(Certificate.Terms terms) {
        return threshold(terms, terms.targetRisk());
    }

    /** The lowest threshold for another target risk under terms that are the same otherwise. */
    public Optional<CertifiedThreshold> threshold(Certificate.Terms terms, double targetRisk) {
        return terms.search().threshold(evidence, targetRisk, terms.delta());
    }

    /** Where a gate under these terms goes on an alarm; positive infinity if no answer may be accepted at all. */
    public double guard(Certificate.Terms terms) {
        return threshold(terms, terms.targetRisk() * GUARDED_PART)
                .map(CertifiedThreshold::threshold)
                .orElseGet(this::surest);
    }

    private double surest() {
        double[] scores = evidence.all().finiteScores();
        return scores.length == 0
                ? Double.POSITIVE_INFINITY
                : Quantiles.of(scores).at(1 - GUARDED_COVERAGE);
    }
}
