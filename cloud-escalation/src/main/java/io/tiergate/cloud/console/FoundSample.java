package io.tiergate.cloud.console;

import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/**
 * A line of the list of samples. Texts are empty where nothing is known: rows of earlier releases have none.
 *
 * @param answeredAt UTC
 * @param label what counts now; empty while nobody has decided
 */
public record FoundSample(
        UUID id,
        Instant answeredAt,
        String site,
        String device,
        String model,
        String edgeLabel,
        String label,
        Standing standing) {
    /** What became of it. */
    public enum Standing {
        ENSEMBLE("decided by the ensemble"),
        PERSON("decided by a person"),
        WAITS("put before people"),
        REJECTED("rejected");

        private final String words;

        Standing(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    static FoundSample of(Row row) {
        return new FoundSample(
                row.getUUID("escalation_id"),
                row.getOffsetDateTime("answered_at").toInstant(),
                text(row, "site"),
                text(row, "device"),
                model(row),
                text(row, "edge_label"),
                text(row, "label"),
                standing(row));
    }

    private static Standing standing(Row row) {
        if (row.getBoolean("by_person")) {
            return Standing.PERSON;
        }
        return switch (row.getString("outcome")) {
            case "FINAL" -> Standing.ENSEMBLE;
            case "PARKED" -> Standing.WAITS;
            default -> Standing.REJECTED;
        };
    }

    private static String model(Row row) {
        String name = text(row, "model");
        return name.isEmpty() ? "" : name + " " + row.getLong("model_version");
    }

    static String text(Row row, String column) {
        return Optional.ofNullable(row.getString(column)).orElse("");
    }

    /** To the second, for people. */
    public String when() {
        return words(answeredAt);
    }

    static String words(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", "");
    }
}
