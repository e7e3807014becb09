package io.tiergate.gate.certificate;

import io.tiergate.gate.check.Limits;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known of one model's answers on one set of labelled data, and what a gate may promise because of it: on data like these,
 * answers whose score reaches the threshold are wrong at most at the target risk. Over all draws of the data this fails with a
 * probability of at most 1 - confidence.
 *
 * @param terms what was asked for
 * @param threshold what was found; empty if the data support none
 * @param guard the threshold that holds for a third of the target risk or, where there is none, accepts the surest fifth: where the gate
 *     goes on an alarm
 * @param samples how many labelled answers were looked at
 * @param agreement how far an ensemble sees the errors of what is accepted; empty where none was asked
 * @param fittedTemperature makes the model's probabilities honest; the score keeps to its own in the terms
 * @param reference the scores
 * @param limits of the checks beside the score
 * @param model SHA-256 of the model's file: {@code sha256:} and 64 hexadecimal digits
 * @param data the same of the labelled data
 */
public record Certificate(
        Terms terms,
        Optional<CertifiedThreshold> threshold,
        double guard,
        int samples,
        Optional<Agreement> agreement,
        double fittedTemperature,
        Quantiles reference,
        Limits limits,
        String model,
        String data,
        Instant created,
        Instant expires) {
    public Certificate {
        // A threshold that no score reaches would be silently kept for ever.
        if (Double.isNaN(guard)) {
            throw new IllegalArgumentException("guard: NaN (expected: a number)");
        }
        if (threshold.isPresent() && !Double.isFinite(threshold.get().threshold())) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold.get().threshold() + " (expected: a finite number)");
        }
    }

    /**
     * What a certificate is asked for.
     *
     * @param score the score's name in a manifest
     * @param temperature of the score; above 0
     * @param targetRisk share of wrong answers among the accepted ones; above 0, below 1
     * @param confidence above 0, below 1
     */
    public record Terms(String score, double temperature, double targetRisk, double confidence, Search search) {
        public Terms {
            if (!(temperature > 0 && Double.isFinite(temperature))) {
                throw new IllegalArgumentException("temperature: " + temperature + " (expected: a number above 0)");
            }
            if (!(targetRisk > 0 && targetRisk < 1)) {
                throw new IllegalArgumentException("target-risk: " + targetRisk
                        + " (expected: above 0.0 and below 1.0). It is a share; for 3 % write 0.03.");
            }
            if (!(confidence > 0 && confidence < 1)) {
                throw new IllegalArgumentException("confidence: " + confidence
                        + " (expected: above 0.0 and below 1.0). It is a probability; for 99 % write 0.99.");
            }
        }

        /** How often, at most, the promise may fail over all draws of the data. */
        public double delta() {
            return 1 - confidence;
        }
    }

    /** Share of the labelled answers that the threshold accepts; 0 without one. */
    public double coverage() {
        return threshold.map(found -> found.accepted().coverage()).orElse(0.0);
    }
}
