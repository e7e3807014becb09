package io.tiergate.gate.control;

import io.tiergate.gate.certificate.Quantiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Counts audits of accepted answers by score and by the probability with which they were drawn, since the gate's last restart; the risk
 * at a threshold follows from those above it. Their order has no say.
 */
final class AuditTally {
    static final int BINS = 64;

    /** Lower ends of the bins, ascending; the lowest bin takes what is below, too. */
    private final double[] edges;

    private final Map<Double, AuditCount[]> counts = new LinkedHashMap<>();

    /** @param lowest the lowest threshold the gate will have: it is an end of a bin, so that the risk there is exact */
    AuditTally(double lowest, Quantiles reference) {
        double from = reference.below(lowest);
        edges = new double[BINS];
        for (int bin = 0; bin < BINS; bin++) {
            double edge = bin == 0 ? lowest : reference.at(from + (1 - from) * bin / BINS);
            // Ascending even where the lowest lies above the reference, or rounding turns a tie round.
            edges[bin] = bin == 0 ? edge : Math.max(edge, edges[bin - 1]);
        }
    }

    private AuditTally(double[] edges) {
        this.edges = edges;
    }

    /** One that does not tell scores apart. */
    static AuditTally ofAll() {
        return new AuditTally(new double[] {Double.NEGATIVE_INFINITY});
    }

    void drawn(double score, double inclusion) {
        change(score, inclusion, count -> count.awaiting(1));
    }

    /** Takes a draw back whose sample could not be stored. */
    void dropped(double score, double inclusion) {
        change(score, inclusion, count -> count.awaiting(-1));
    }

    void learned(Outcome outcome) {
        change(outcome.score(), outcome.inclusion(), count -> outcome.before()
                .map(before -> count.with(before, -1))
                .orElseGet(() -> count.awaiting(-1))
                .with(outcome.label(), 1));
    }

    private void change(double score, double inclusion, UnaryOperator<AuditCount> change) {
        AuditCount[] bins = counts.computeIfAbsent(inclusion, AuditTally::empty);
        int bin = bin(score);
        bins[bin] = change.apply(bins[bin]);
    }

    private static AuditCount[] empty(double inclusion) {
        AuditCount[] bins = new AuditCount[BINS];
        Arrays.fill(bins, AuditCount.none(inclusion));
        return bins;
    }

    private int bin(double score) {
        int found = Arrays.binarySearch(edges, score);
        return Math.max(0, found >= 0 ? found : -found - 2);
    }

    void restart() {
        counts.clear();
    }

    /** What is known of audits from a threshold on, or from the end of a bin just below, by the probability of their draw. */
    List<AuditCount> from(double threshold) {
        if (threshold == Double.POSITIVE_INFINITY) {
            return List.of();
        }
        List<AuditCount> sums = new ArrayList<>();
        int first = bin(threshold);
        counts.forEach((inclusion, bins) ->
                sums.add(Arrays.stream(bins).skip(first).reduce(AuditCount.none(inclusion), AuditCount::plus)));
        return sums;
    }

    /** Everything, to be kept; see {@link #restore}. */
    List<AuditBin> save() {
        List<AuditBin> saved = new ArrayList<>();
        counts.forEach((inclusion, bins) -> {
            for (int bin = 0; bin < bins.length; bin++) {
                if (!bins[bin].equals(AuditCount.none(inclusion))) {
                    saved.add(new AuditBin(bin, bins[bin]));
                }
            }
        });
        return saved;
    }

    void restore(List<AuditBin> saved) {
        counts.clear();
        for (AuditBin each : saved) {
            counts.computeIfAbsent(each.count().inclusion(), AuditTally::empty)[each.bin()] = each.count();
        }
    }
}
