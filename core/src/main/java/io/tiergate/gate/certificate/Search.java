package io.tiergate.gate.certificate;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the lowest threshold is found whose accepted answers are, with a stated confidence, wrong at most so often. */
public enum Search {
    /**
     * Binary search over the sorted scores; each step tests one threshold at its share of delta (Geifman and El-Yaniv 2017, "Selective
     * Classification for Deep Neural Networks", algorithm 1, with the exact bound).
     */
    BINARY("binary") {
        @Override
        public Optional<CertifiedThreshold> threshold(SplitEvidence evidence, double targetRisk, double delta) {
            return binary(evidence.all(), targetRisk, delta);
        }

        @Override
        public CertifiedThreshold test(SplitEvidence evidence, double threshold, double delta) {
            return CertifiedThreshold.at(
                    threshold, evidence.all(), delta / steps(evidence.all().size()));
        }
    },

    /**
     * Thresholds one after the other, the strictest first, each at the whole delta, up to the first that fails (fixed-sequence testing:
     * Angelopoulos et al. 2021, "Learn then Test", section 4). One half of the evidence fixes the sequence, the other tests it.
     */
    FIXED_SEQUENCE("fixed-sequence") {
        @Override
        public Optional<CertifiedThreshold> threshold(SplitEvidence evidence, double targetRisk, double delta) {
            Evidence choosing = evidence.choosing();
            Optional<CertifiedThreshold> likely = binary(choosing, targetRisk, delta);
            if (likely.isEmpty()) {
                return Optional.empty();
            }
            // From half of what the first half lets hope for, where a test has power and hardly fails by bad luck.
            int first = choosing.size() - likely.get().accepted().count() / 2 - 1;
            Optional<CertifiedThreshold> best = Optional.empty();
            int stride = Math.max(1, choosing.size() / LONGEST_SEQUENCE);
            for (int rank = first; rank >= 0; rank -= stride) {
                CertifiedThreshold tried = CertifiedThreshold.at(choosing.score(rank), evidence.testing(), delta);
                if (!tried.holds(targetRisk)) {
                    break;
                }
                best = Optional.of(tried);
            }
            return best;
        }

        @Override
        public CertifiedThreshold test(SplitEvidence evidence, double threshold, double delta) {
            return CertifiedThreshold.at(threshold, evidence.testing(), delta);
        }
    };

    private static final int LONGEST_SEQUENCE = 1000;

    private final String word;

    Search(String word) {
        this.word = word;
    }

    /**
     * The search of that name.
     *
     * @throws IllegalArgumentException if there is none; it says which there are
     */
    public static Search of(String word) {
        return Arrays.stream(values())
                .filter(search -> search.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' (expected: %s)"
                        .formatted(
                                word, Arrays.stream(values()).map(Search::word).collect(Collectors.joining(" or ")))));
    }

    /** The search's name on the command line and in certificates. */
    public String word() {
        return word;
    }

    /**
     * Finds the threshold.
     *
     * @param targetRisk share of wrong answers among the accepted ones that must not be exceeded; above 0, below 1
     * @param delta how often, at most, over all draws of the evidence, it may be exceeded all the same; above 0, below 1
     * @return empty if the evidence supports no threshold
     */
    public abstract Optional<CertifiedThreshold> threshold(SplitEvidence evidence, double targetRisk, double delta);

    /** Looks at one threshold just as a step of the search does: on the same part of the evidence, with the same share of delta. */
    public abstract CertifiedThreshold test(SplitEvidence evidence, double threshold, double delta);

    /** The logarithm, rounded up: after so many halvings one threshold is left. */
    private static int steps(int size) {
        return Math.max(1, Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
    }

    private static Optional<CertifiedThreshold> binary(Evidence evidence, double targetRisk, double delta) {
        int size = evidence.size();
        if (size < 2) {
            return Optional.empty();
        }
        int steps = steps(size);
        int low = 0;
        int high = size - 1;
        Optional<CertifiedThreshold> best = Optional.empty();
        for (int step = 0; step < steps; step++) {
            int rank = (low + high + 1) / 2;
            CertifiedThreshold tried = CertifiedThreshold.at(evidence.score(rank), evidence, delta / steps);
            if (tried.holds(targetRisk)) {
                // A pass moves the search to lower ranks only: the latest accepts most.
                best = Optional.of(tried);
                high = rank;
            } else {
                low = rank;
            }
        }
        return best;
    }
}
