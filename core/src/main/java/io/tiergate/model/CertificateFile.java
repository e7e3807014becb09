package io.tiergate.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tiergate.gate.certificate.Agreement;
import io.tiergate.gate.certificate.Certificate;
import io.tiergate.gate.certificate.CertifiedThreshold;
import io.tiergate.gate.certificate.Evidence;
import io.tiergate.gate.certificate.Quantiles;
import io.tiergate.gate.certificate.Search;
import io.tiergate.gate.check.Limits;
import io.tiergate.gate.check.Statistic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A package's {@value #NAME}: what its gate may promise. JSON, written by {@code tiergate model calibrate}. */
public final class CertificateFile {
    /** The file's name in a package. */
    public static final String NAME = "certificate.json";

    private static final long LARGEST_BYTES = 1 << 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private CertificateFile() {}

    private record Document(
            String score,
            double temperature,
            double targetRisk,
            double confidence,
            String search,

            @JsonInclude(JsonInclude.Include.ALWAYS) Threshold threshold,

            double guardThreshold,
            int samples,

            @JsonInclude(JsonInclude.Include.ALWAYS) Seen ensemble,

            double fittedTemperature,
            Checks checks,
            List<Double> scoreQuantiles,
            String modelDigest,
            String dataDigest,
            String created,
            String expires) {}

    private record Threshold(double value, int tested, int accepted, int errors, double coverage, double riskBound) {}

    private record Seen(int accepted, int errors, int disagreements, int both, double disagreementRatio) {}

    private record Checks(double falseAlarmShare, List<Range> ranges) {}

    private record Range(String statistic, double low, double high) {}

    /**
     * Reads the certificate of a package.
     *
     * @return empty if the package has none
     * @throws RefusedPackageException with one sentence if it cannot be used
     */
    static Optional<Certificate> read(Path directory) throws RefusedPackageException, IOException {
        Path file = directory.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        if (Files.size(file) > LARGEST_BYTES) {
            throw new RefusedPackageException(
                    "%s: %d bytes (expected: at most %d)".formatted(NAME, Files.size(file), LARGEST_BYTES));
        }
        try {
            return Optional.of(certificate(JSON.readValue(Files.readAllBytes(file), Document.class)));
        } catch (JacksonException e) {
            throw new RefusedPackageException("%s: %s (expected: as 'tiergate model calibrate' writes it)"
                    .formatted(NAME, e.getOriginalMessage()));
        } catch (IllegalArgumentException | NullPointerException | DateTimeException e) {
            throw new RefusedPackageException(
                    "%s: %s (expected: as 'tiergate model calibrate' writes it)".formatted(NAME, e.getMessage()));
        }
    }

    /** Puts a certificate into a package, in place of an earlier one, all at once. */
    public static Path write(Path directory, Certificate certificate) throws IOException {
        Path file = directory.resolve(NAME);
        Path fresh = directory.resolve(NAME + ".new");
        Files.writeString(fresh, JSON.writeValueAsString(document(certificate)) + "\n", StandardCharsets.UTF_8);
        return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Document document(Certificate certificate) {
        Certificate.Terms terms = certificate.terms();
        return new Document(
                terms.score(),
                terms.temperature(),
                terms.targetRisk(),
                terms.confidence(),
                terms.search().word(),
                certificate.threshold().map(CertificateFile::threshold).orElse(null),
                certificate.guard(),
                certificate.samples(),
                certificate.agreement().map(CertificateFile::seen).orElse(null),
                certificate.fittedTemperature(),
                new Checks(
                        certificate.limits().falseAlarmShare(),
                        certificate.limits().ranges().stream()
                                .map(range -> new Range(range.statistic().word(), range.low(), range.high()))
                                .toList()),
                certificate.reference().values(),
                certificate.model(),
                certificate.data(),
                certificate.created().toString(),
                certificate.expires().toString());
    }

    private static Threshold threshold(CertifiedThreshold found) {
        Evidence.Accepted accepted = found.accepted();
        return new Threshold(
                found.threshold(),
                accepted.of(),
                accepted.count(),
                accepted.errors(),
                accepted.coverage(),
                found.bound());
    }

    private static Seen seen(Agreement agreement) {
        return new Seen(
                agreement.accepted(),
                agreement.errors(),
                agreement.disagreements(),
                agreement.both(),
                agreement.errors() == 0 ? 0 : agreement.ratio());
    }

    private static Certificate certificate(Document read) {
        return new Certificate(
                new Certificate.Terms(
                        read.score, read.temperature, read.targetRisk, read.confidence, Search.of(read.search)),
                Optional.ofNullable(read.threshold)
                        .map(found -> new CertifiedThreshold(
                                found.value,
                                new Evidence.Accepted(found.accepted, found.errors, found.tested),
                                found.riskBound)),
                read.guardThreshold,
                read.samples,
                Optional.ofNullable(read.ensemble)
                        .map(seen -> new Agreement(seen.accepted, seen.errors, seen.disagreements, seen.both)),
                read.fittedTemperature,
                new Quantiles(read.scoreQuantiles),
                new Limits(
                        read.checks.falseAlarmShare,
                        read.checks.ranges.stream()
                                .map(range -> new Limits.Range(statistic(range.statistic), range.low, range.high))
                                .toList()),
                read.modelDigest,
                read.dataDigest,
                Instant.parse(read.created),
                Instant.parse(read.expires));
    }

    private static Statistic statistic(String word) {
        return Arrays.stream(Statistic.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("statistic: " + word));
    }
}
