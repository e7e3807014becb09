package io.tiergate.gate.certificate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.tiergate.gate.check.Limits;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificationTest {
    @ParameterizedTest
    @EnumSource
    void theGuardHoldsForAThirdOfTheTarget(Search search) {
        Certification certification = new Certification(SyntheticWorld.STEEP.draw(10_000, new SplittableRandom(5)));
        Certificate.Terms terms = terms(search, 0.06);

        double guard = certification.guard(terms);

        assertThat(certification.threshold(terms, 0.06 / 3).orElseThrow().threshold())
                .isEqualTo(guard);
        assertThat(guard)
                .isGreaterThan(certification.threshold(terms).orElseThrow().threshold());
    }

    @Test
    void whereNothingHoldsForAThirdTheGuardAcceptsTheSurestFifth() {
        Certification certification = new Certification(SyntheticWorld.STEEP.draw(10_000, new SplittableRandom(5)));

        double guard = certification.guard(terms(Search.BINARY, 1e-4));

        assertThat(1 - guard).isCloseTo(0.2, within(0.02));
    }

    @Test
    void nothingIsGuardedWhereNothingCanBeRead() {
        double never = Double.NEGATIVE_INFINITY;
        for (double[] scores : new double[][] {{}, {never, never}}) {
            int size = scores.length;
            Certification certification =
                    new Certification(SplitEvidence.of(scores, new boolean[size], new boolean[size]));

            assertThat(certification.threshold(terms(Search.BINARY, 0.1))).isEmpty();
            assertThat(certification.guard(terms(Search.BINARY, 0.1))).isEqualTo(Double.POSITIVE_INFINITY);
        }
    }

    @Test
    void aCertificateWithoutAThresholdCoversNothing() {
        assertThat(certificate(0.9).coverage()).isZero();
    }

    @Test
    void aGuardIsANumber() {
        assertThatThrownBy(() -> certificate(Double.NaN)).hasMessage("guard: NaN (expected: a number)");
    }

    @Test
    void deltaIsWhatTheConfidenceLeaves() {
        assertThat(terms(Search.BINARY, 0.03).delta()).isCloseTo(0.01, within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, 3, -0.1, Double.NaN})
    void theTargetIsAShareAndTheConfidenceAProbability(double value) {
        assertThatThrownBy(() -> terms(Search.BINARY, value))
                .hasMessage(
                        "target-risk: %s (expected: above 0.0 and below 1.0). It is a share; for 3 %% write 0.03.",
                        value);
        assertThatThrownBy(() -> new Certificate.Terms("margin", 1, 0.03, value, Search.BINARY))
                .hasMessage(
                        "confidence: %s (expected: above 0.0 and below 1.0). It is a probability; for 99 %% write 0.99.",
                        value);
    }

    private static Certificate certificate(double guard) {
        return new Certificate(
                terms(Search.BINARY, 0.03),
                Optional.empty(),
                guard,
                100,
                Optional.empty(),
                1,
                new Quantiles(List.of(0.0, 1.0)),
                Limits.NONE,
                "sha256:0",
                "sha256:1",
                Instant.EPOCH,
                Instant.MAX);
    }

    private static Certificate.Terms terms(Search search, double targetRisk) {
        return new Certificate.Terms("margin", 1, targetRisk, 0.99, search);
    }
}
