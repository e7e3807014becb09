package io.tiergate.gate;

import io.tiergate.gate.certificate.Certificate;

/** Compares what a package asks for with what its certificate promises. */
final class Promises {
    private Promises() {}

    /** @throws IllegalArgumentException if the certificate promises less than is asked for */
    static Certificate checked(GatePolicy.Risk asked, Certificate certificate) {
        Certificate.Terms terms = certificate.terms();
        if (asked.targetRisk().isPresent()
                && terms.targetRisk() > asked.targetRisk().getAsDouble()) {
            throw new IllegalArgumentException(
                    "gate.target-risk: %s, but the certificate promises %s; make one for it with 'tiergate model calibrate --target-risk %s'"
                            .formatted(
                                    asked.targetRisk().getAsDouble(),
                                    terms.targetRisk(),
                                    asked.targetRisk().getAsDouble()));
        }
        if (asked.confidence().isPresent()
                && terms.confidence() < asked.confidence().getAsDouble()) {
            throw new IllegalArgumentException(
                    "gate.confidence: %s, but the certificate has %s; make one for it with 'tiergate model calibrate --confidence %s'"
                            .formatted(
                                    asked.confidence().getAsDouble(),
                                    terms.confidence(),
                                    asked.confidence().getAsDouble()));
        }
        return certificate;
    }
}
