package io.tiergate.gate.control;

import io.tiergate.gate.certificate.BinomialBounds;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.OptionalDouble;
import org.hipparchus.special.Beta;

/** The samples that were checked since an alarm, the latest {@value #MOST}, and which thresholds they speak for or against. */
final class Recovery {
    static final int MOST = 800;
    static final int FEWEST = 60;
    /** With that of the ratio's bound, 0.1. */
    private static final double DELTA = 0.0875;

    private static final double DOUBT = 0.2;

    private final Deque<Checked> samples = new ArrayDeque<>();
    /** Samples since the release was last judged. */
    private int fresh;

    void add(Checked sample) {
        fresh++;
        if (samples.size() == MOST) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }

    /** Puts another label to a sample, if it is still among them. */
    void relabel(long key, Label label) {
        List<Checked> all = List.copyOf(samples);
        samples.clear();
        all.forEach(each -> samples.addLast(each.key() == key ? new Checked(key, each.score(), label) : each));
    }

    int size() {
        return samples.size();
    }

    boolean isThin() {
        return samples.size() < FEWEST;
    }

    /** Whether all of them are new since the release was last judged: looking at nearly the same again and again would find luck. */
    boolean isRenewed() {
        return fresh >= MOST;
    }

    void judged() {
        fresh = 0;
    }

    void clear() {
        samples.clear();
        fresh = 0;
    }

    List<Checked> save() {
        return List.copyOf(samples);
    }

    void restore(Collection<Checked> saved) {
        samples.clear();
        samples.addAll(saved);
        fresh = saved.size();
    }

    /**
     * The lowest threshold whose accepted answers are, with 90 % confidence at each look, wrong at most so often. Thresholds are tested
     * one after the other, the strictest first, from where one error would be forgiven, up to the first that fails: among hundreds that
     * were tested each by itself, some fits by luck in every fourth look.
     *
     * @param ratio of the ensemble's disagreements to the edge's errors, at least; 0 if unknown
     */
    OptionalDouble lowestFitting(double targetRisk, double ratio) {
        List<Checked> surestFirst = new ArrayList<>(samples);
        surestFirst.sort(Comparator.comparingDouble(Checked::score).reversed());
        int count = 0;
        int wrong = 0;
        int byPerson = 0;
        boolean tested = false;
        double fitting = Double.NaN;
        for (int i = 0; i < surestFirst.size(); i++) {
            Checked sample = surestFirst.get(i);
            if (sample.score() == Double.NEGATIVE_INFINITY) {
                break;
            }
            count++;
            wrong += sample.wrong() ? 1 : 0;
            byPerson += sample.byPerson() ? 1 : 0;
            boolean last = i + 1 == surestFirst.size() || surestFirst.get(i + 1).score() < sample.score();
            double limit = targetRisk * Proxy.mixed(ratio, count - byPerson, byPerson);
            tested |= last && isAtMost(1, count, limit);
            if (tested && last && !isAtMost(wrong, count, limit)) {
                break;
            }
            if (tested && last) {
                fitting = sample.score();
            }
        }
        return Double.isNaN(fitting) ? OptionalDouble.empty() : OptionalDouble.of(fitting);
    }

    /** Whether the exact upper bound is not above the limit, without looking for the bound. */
    private static boolean isAtMost(int wrong, int count, double limit) {
        // P(X <= wrong) for a binomial X at the limit: below delta, so few would be too lucky.
        return wrong < count && limit > 0 && 1 - Beta.regularizedBeta(limit, wrong + 1.0, count - wrong) <= DELTA;
    }

    /** Whether the samples speak against a threshold: more are wrong above it than the target risk lets expect. */
    boolean speaksAgainst(double threshold, double targetRisk, double ratio) {
        int count = 0;
        int wrong = 0;
        int byPerson = 0;
        for (Checked sample : samples) {
            if (sample.score() >= threshold) {
                count++;
                wrong += sample.wrong() ? 1 : 0;
                byPerson += sample.byPerson() ? 1 : 0;
            }
        }
        return count > 0
                && BinomialBounds.lower(wrong, count, DOUBT)
                        > targetRisk * Proxy.mixed(ratio, count - byPerson, byPerson);
    }
}
