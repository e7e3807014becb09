package io.tiergate.cli;

import io.tiergate.cli.letters.LetterQuery;
import io.tiergate.cli.letters.Place;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that choose dead letters. */
final class LetterFilter {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description = {
                "Only those of this kind (ensemble, tensor, payload, reply-partition, ...),",
                "or with this text in their reason."
            })
    private String reason;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Only from this time on: 2026-11-21T10:00:00Z, or an age: 90m, 12h, 7d.")
    private Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = Time.class,
            description = "Only before this time, written likewise.")
    private Instant until;

    @Option(names = "--limit", paramLabel = "N", description = "At most so many, the oldest of each partition first.")
    private Long limit;

    /** Whether an option chooses letters; the limit does not. */
    boolean isGiven() {
        return reason != null || since != null || until != null;
    }

    /** @throws picocli.CommandLine.ParameterException on behalf of the command, if it is below 1 */
    long limit(VerboseCommand command) {
        if (limit != null && limit < 1) {
            throw command.wrongUsage("--limit: %d (expected: 1 or more)".formatted(limit));
        }
        return limit == null ? Long.MAX_VALUE : limit;
    }

    /** @param places empty: all */
    LetterQuery query(Set<Place> places, boolean waiting) {
        return new LetterQuery(
                places, Optional.ofNullable(reason), Optional.ofNullable(since), Optional.ofNullable(until), waiting);
    }

    /** A moment, or how long ago it was. */
    static final class Time implements ITypeConverter<Instant> {
        private static final Pattern AGE = Pattern.compile("(\\d{1,6})([smhd])");

        @Override
        public Instant convert(String text) {
            Matcher age = AGE.matcher(text);
            if (age.matches()) {
                return Instant.now().minus(unit(age.group(2)).multipliedBy(Long.parseLong(age.group(1))));
            }
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException(
                        "'%s' is no time (expected: 2026-11-21T10:00:00Z, or an age: 90m, 12h, 7d)".formatted(text));
            }
        }

        private static Duration unit(String letter) {
            return switch (letter) {
                case "s" -> Duration.ofSeconds(1);
                case "m" -> Duration.ofMinutes(1);
                case "h" -> Duration.ofHours(1);
                default -> Duration.ofDays(1);
            };
        }
    }
}
