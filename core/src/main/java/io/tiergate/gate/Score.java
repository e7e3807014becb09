package io.tiergate.gate;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** A measure of confidence in the top class: higher means surer. */
public sealed interface Score {
    /** The score's name in a manifest. */
    String word();

    /** The output that the model has to compute for it. */
    default Optional<String> requiredOutput() {
        return Optional.empty();
    }

    /** The score of a name; empty if none is called so. */
    static Optional<Score> of(String word) {
        if (word.startsWith(Output.PREFIX) && word.length() > Output.PREFIX.length()) {
            return Optional.of(new Output(word.substring(Output.PREFIX.length())));
        }
        return Arrays.stream(Formula.values())
                .filter(formula -> formula.word().equals(word))
                .<Score>map(formula -> formula)
                .findFirst();
    }

    /** All names, for messages. */
    static String words() {
        return Arrays.stream(Formula.values()).map(Formula::word).collect(Collectors.joining(", ")) + " or "
                + Output.PREFIX + "<name>";
    }

    /** Worked out from the numbers by class. */
    enum Formula implements Score {
        /** Probability of the top class, 0 to 1. */
        MAX_SOFTMAX("max-softmax"),
        /** Probability of the top class less that of the second, 0 to 1. */
        MARGIN("margin"),
        /** 1 - H / log K for the entropy H in nats of K classes, but at least 0; 0 to 1. */
        ENTROPY("entropy"),
        /**
         * T * log sum exp(z / T) over the logits z, unbounded (Liu et al. 2020, "Energy-based Out-of-distribution Detection").
         * Ranks unfamiliar inputs; as an accept score it is far worse than the others.
         */
        ENERGY("energy");

        private final String word;

        Formula(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }

        /**
         * @param reading with probabilities of at least two classes
         * @param temperature the one that they were calibrated with
         */
        double of(Reading reading, double temperature) {
            return switch (this) {
                case MAX_SOFTMAX -> reading.probability(reading.top());
                case MARGIN -> reading.margin();
                // Rounding, and sigmoid outputs, which do not sum to 1, can leave slightly more entropy than K classes
                // have.
                case ENTROPY -> Math.max(0, 1 - reading.entropy() / Math.log(reading.classes()));
                case ENERGY -> reading.energy(temperature);
            };
        }
    }

    /** A measure that the model gives itself: one of its outputs, one finite number a sample, of any range. */
    record Output(String name) implements Score {
        private static final String PREFIX = "output:";

        @Override
        public String word() {
            return PREFIX + name;
        }

        @Override
        public Optional<String> requiredOutput() {
            return Optional.of(name);
        }
    }
}
