package io.tiergate.cli.calibration;

import io.tiergate.ensemble.Adjudication;
import io.tiergate.ensemble.Opinion;
import java.util.OptionalDouble;

/** A limit of the adjudication that calibration can choose. */
public enum AdjudicationLimit {
    /** Highest entropy that stands. */
    MAX_ENTROPY("max-entropy") {
        @Override
        double surety(Opinion opinion) {
            return -Math.ceil(opinion.disagreement().entropy() * ROUNDING) / ROUNDING;
        }

        @Override
        double limit(double surety) {
            // No entropy is below zero, and no limit may be.
            return Math.max(0, -surety);
        }

        @Override
        Adjudication in(Adjudication rules, OptionalDouble limit) {
            return new Adjudication(limit, rules.minConfidence(), rules.unanimous());
        }
    },
    /** Lowest probability of the top class that stands. */
    MIN_CONFIDENCE("min-confidence") {
        @Override
        double surety(Opinion opinion) {
            return Math.floor(opinion.distribution().get(opinion.top()) * ROUNDING) / ROUNDING;
        }

        @Override
        double limit(double surety) {
            return surety;
        }

        @Override
        Adjudication in(Adjudication rules, OptionalDouble limit) {
            return new Adjudication(rules.maxEntropy(), limit, rules.unanimous());
        }
    };

    /** Limits are numbers that people read: so many steps in one. Opinions are rounded to the side of doubt, which decides the same. */
    private static final double ROUNDING = 1e6;

    private final String word;

    AdjudicationLimit(String word) {
        this.word = word;
    }

    /** The limit's name in {@code model.yaml}. */
    public String word() {
        return word;
    }

    /** The higher, the surer; comparing it with that of a limit decides as the limit does. */
    abstract double surety(Opinion opinion);

    /** The limit at which opinions of this surety just stand. */
    abstract double limit(double surety);

    /** Rules with this limit in place of an earlier one. */
    abstract Adjudication in(Adjudication rules, OptionalDouble limit);

    /** The one that the rules have; the entropy where they have none or both. */
    static AdjudicationLimit of(Adjudication rules) {
        return rules.minConfidence().isPresent() && rules.maxEntropy().isEmpty() ? MIN_CONFIDENCE : MAX_ENTROPY;
    }
}
