package io.tiergate.testing;

import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.gate.certificate.Quantiles;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.check.Limits;
import io.tiergate.model.CertificateFile;
import io.tiergate.model.ModelDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.IntStream;

/** Gives test models a certificate: for margins that were spread evenly over 0 to 1, and of which only those below 0.5 were wrong. */
public final class CertifiedModels {
    /** The certified threshold. */
    public static final double THRESHOLD = 0.5;
    /** Where the gate goes on an alarm. */
    public static final double GUARD = 0.8;

    private static final int SAMPLES = 10_000;

    private CertifiedModels() {}

    /**
     * Has a model gated by a promise.
     *
     * @param version the folder of one version, with a manifest whose gate has a fixed threshold
     * @param more rules, each with a comma in front; may be empty
     */
    public static void certify(Path version, String more) throws IOException {
        Path manifest = version.resolve("model.yaml");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replaceFirst(
                                "gate: .*",
                                "gate: { policy: risk, target-risk: 0.03, confidence: 0.99%s }".formatted(more)));
        CertificateFile.write(version, certificate(ModelDigest.of(version)));
    }

    /** The certificate of a model, by the digest of its file. */
    public static Certificate certificate(String model) {
        double[] scores = IntStream.range(0, SAMPLES)
                .mapToDouble(i -> (double) i / SAMPLES)
                .toArray();
        return new Certificate(
                new Certificate.Terms("margin", 1, 0.03, 0.99, Search.BINARY),
                Optional.of(
                        new CertifiedThreshold(THRESHOLD, new Evidence.Accepted(SAMPLES / 2, 100, SAMPLES), 0.0275)),
                GUARD,
                SAMPLES,
                Optional.of(new Agreement(SAMPLES / 2, 100, 50, 45)),
                1,
                Quantiles.of(scores),
                Limits.NONE,
                model,
                "sha256:0",
                Instant.parse("2026-01-01T00:00:00Z"),
                Instant.parse("2999-01-01T00:00:00Z"));
    }
}
