package io.tiergate.cli.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What several rounds gave.
 *
 * @param median the middle one; of an even number the mean of the two in the middle
 */
record Spread(
        @JsonProperty double min,
        @JsonProperty double median,
        @JsonProperty double max) {
    /** @throws IllegalArgumentException without values */
    static Spread of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no values (expected: one or more)");
        }
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(sorted.getFirst(), median, sorted.getLast());
    }

    static double median(List<Double> values) {
        return of(values).median();
    }
}
