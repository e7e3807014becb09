package io.tiergate.ensemble;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * When an ensemble's answer stands without a person; every limit that is given must hold.
 *
 * @param maxEntropy highest entropy of the combined distribution, in nats
 * @param minConfidence lowest combined probability of the top class
 * @param unanimous whether all members must name the same class
 */
public record Adjudication(OptionalDouble maxEntropy, OptionalDouble minConfidence, boolean unanimous) {
    public Adjudication {
        if (maxEntropy.isPresent() && !(maxEntropy.getAsDouble() >= 0)) {
            throw new IllegalArgumentException(
                    "max-entropy: " + maxEntropy.getAsDouble() + " (expected: 0 or more, in nats)");
        }
        if (minConfidence.isPresent() && !(minConfidence.getAsDouble() >= 0 && minConfidence.getAsDouble() <= 1)) {
            throw new IllegalArgumentException(
                    "min-confidence: " + minConfidence.getAsDouble() + " (expected: 0.0 to 1.0)");
        }
    }

    /** Why a person has to decide; empty if the opinion stands. */
    public Optional<String> doubt(Opinion opinion) {
        if (!opinion.hasQuorum()) {
            return Optional.of("no-quorum");
        }
        double entropy = opinion.disagreement().entropy();
        if (maxEntropy.isPresent() && entropy > maxEntropy.getAsDouble()) {
            return Optional.of(
                    String.format(Locale.ROOT, "entropy %.3f above %.3f", entropy, maxEntropy.getAsDouble()));
        }
        double confidence = opinion.distribution().get(opinion.top());
        if (minConfidence.isPresent() && confidence < minConfidence.getAsDouble()) {
            return Optional.of(
                    String.format(Locale.ROOT, "confidence %.3f below %.3f", confidence, minConfidence.getAsDouble()));
        }
        return unanimous && !opinion.disagreement().unanimous() ? Optional.of("members disagree") : Optional.empty();
    }
}
