package io.tiergate.cloud.review.queue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** How far two people agree beyond what chance alone would make. */
final class Kappa {
    /** How many samples one person gave the first label to, and the other the second. */
    record Pair(String first, String second, long samples) {}

    private Kappa() {}

    /**
     * Cohen's kappa (Cohen 1960, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20(1), page
     * 40): {@code (po - pe) / (1 - pe)}, with {@code po} the share of samples on which both agree and {@code pe} the share expected
     * of two people who draw from their own labels at random.
     *
     * @param pairs over the samples that both labelled
     * @return -1 to 1; empty where there is no sample, or where both gave one and the same label throughout and chance explains all
     */
    static OptionalDouble of(List<Pair> pairs) {
        Map<String, Double> first = new HashMap<>();
        Map<String, Double> second = new HashMap<>();
        double samples = 0;
        double agreed = 0;
        for (Pair pair : pairs) {
            first.merge(pair.first(), (double) pair.samples(), Double::sum);
            second.merge(pair.second(), (double) pair.samples(), Double::sum);
            samples += pair.samples();
            agreed += pair.first().equals(pair.second()) ? pair.samples() : 0;
        }
        double expected = 0;
        for (Map.Entry<String, Double> label : first.entrySet()) {
            expected += label.getValue() * second.getOrDefault(label.getKey(), 0.0);
        }
        double observed = agreed / samples;
        double byChance = expected / (samples * samples);
        // NaN where there is no sample.
        return byChance < 1 ? OptionalDouble.of((observed - byChance) / (1 - byChance)) : OptionalDouble.empty();
    }
}
