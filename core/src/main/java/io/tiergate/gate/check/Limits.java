package io.tiergate.gate.check;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The usual range of each statistic. A sample outside one of them is uncertain whatever its score.
 *
 * @param falseAlarmShare of ordinary samples, how many lie outside, as far as the samples at calibration tell; 0 to 1
 * @param ranges of some statistics
 */
public record Limits(double falseAlarmShare, List<Range> ranges) {
    /** Checks nothing. */
    public static final Limits NONE = new Limits(0, List.of());

    /**
     * The usual range of a statistic; both ends belong to it.
     */
    public record Range(Statistic statistic, double low, double high) {
        public Range {
            if (!(low <= high)) {
                throw new IllegalArgumentException(
                        "%s: %s to %s (expected: a range)".formatted(statistic.word(), low, high));
            }
        }

        private boolean holds(double value) {
            // Written this way round so that NaN lies outside.
            return value >= low && value <= high;
        }
    }

    public Limits {
        ranges = List.copyOf(ranges);
        if (!(falseAlarmShare >= 0 && falseAlarmShare <= 1)) {
            throw new IllegalArgumentException("false alarm share: " + falseAlarmShare + " (expected: 0.0 to 1.0)");
        }
    }

    /**
     * Sets the ranges so that together they leave out about a given share of ordinary samples.
     *
     * @param samples by sample, the statistics by {@link Statistic#index}; those of the input are NaN where it has none
     * @param share above 0, below 1; it is spread evenly over both ends of all ranges
     */
    public static Limits around(List<double[]> samples, double share) {
        List<Range> ranges = ranges(samples, share, 0);
        // A sample that makes the range lies within, but would lie outside if another one had made it: what is just
        // outside the ranges of
        // one sample less at each end foretells what will be outside these.
        Limits narrower = new Limits(0, ranges(samples, share, 1));
        long outside = samples.stream()
                .filter(sample -> narrower.failed(sample) != null)
                .count();
        if (samples.size() == 1) {
            outside = 1;
        }
        return new Limits(samples.isEmpty() ? 0 : (double) outside / samples.size(), ranges);
    }

    private static List<Range> ranges(List<double[]> samples, double share, int more) {
        return Arrays.stream(Statistic.values())
                .flatMap(statistic -> range(statistic, samples, share / (2.0 * Statistic.COUNT), more).stream())
                .toList();
    }

    private static Optional<Range> range(Statistic statistic, List<double[]> samples, double tail, int more) {
        // A broken sample among others has no say, and lies outside.
        double[] sorted = samples.stream()
                .mapToDouble(sample -> sample[statistic.index()])
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return Optional.empty();
        }
        int outside = Math.min((int) (tail * sorted.length) + more, (sorted.length - 1) / 2);
        // Much energy is a sign of familiarity.
        double high = statistic == Statistic.ENERGY ? Double.MAX_VALUE : sorted[sorted.length - 1 - outside];
        return Optional.of(new Range(statistic, sorted[outside], high));
    }

    /**
     * The statistic that lies outside its range, or null. Null rather than an empty optional: this is asked of every sample.
     *
     * @param statistics by {@link Statistic#index}
     */
    public Statistic failed(double[] statistics) {
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            if (!range.holds(statistics[range.statistic().index()])) {
                return range.statistic();
            }
        }
        return null;
    }

    /** Whether one of the ranges is about the input. */
    public boolean needInput() {
        return ranges.stream().anyMatch(range -> range.statistic() != Statistic.ENERGY);
    }
}
