package io.tiergate.cli.letters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tiergate.proto.v1.EscalatedSample;
import java.io.PrintWriter;
import java.io.UncheckedIOException;

/** Prints dead letters, one line each. */
public final class LetterList {
    private static final String LINE = "%-10s  %-24s  %-16s  %-36s  %-8s  %s";

    private final ObjectMapper json = new ObjectMapper();
    private final PrintWriter out;
    private final boolean asJson;

    /** @param asJson one object a line in place of a table */
    public LetterList(PrintWriter out, boolean asJson) {
        this.out = out;
        this.asJson = asJson;
    }

    /**
     * One line. The names are the contract of {@code --json}.
     *
     * @param letter its place, {@code partition:offset}
     * @param time by the broker's clock, ISO 8601
     * @param code the kind of reason; empty where an old release wrote the letter
     * @param id the escalation's; null where it cannot be read
     * @param bytes of the value
     */
    record Line(
            String letter,
            String time,
            String code,
            String reason,
            String id,
            String origin,
            int bytes,
            boolean replayed) {
        static Line of(DeadLetter letter, boolean replayed) {
            return new Line(
                    letter.place().toString(),
                    letter.time().toString(),
                    letter.reasonCode(),
                    letter.reason(),
                    letter.sample()
                            .map(EscalatedSample::getEscalationId)
                            .filter(id -> !id.isEmpty())
                            .orElse(null),
                    letter.origin(),
                    letter.sizeBytes(),
                    replayed);
        }
    }

    /** @param most how many at most, 1 or more; of a partition the oldest first */
    public void print(LetterTopic topic, LetterQuery query, long most) {
        if (!asJson) {
            out.println(LINE.formatted("LETTER", "TIME", "KIND", "ID", "REPLAYED", "REASON"));
        }
        long[] printed = new long[1];
        topic.forEach(query, topic.replayed(), (letter, replayed) -> {
            print(letter, replayed);
            // Whoever reads the output may be gone.
            return ++printed[0] < most && !out.checkError();
        });
        out.flush();
    }

    void print(DeadLetter letter, boolean replayed) {
        Line line = Line.of(letter, replayed);
        if (asJson) {
            try {
                out.println(json.writeValueAsString(line));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            out.println(LINE.formatted(
                    line.letter,
                    line.time,
                    line.code.isEmpty() ? "-" : line.code,
                    line.id == null ? "-" : line.id,
                    replayed ? "yes" : "-",
                    line.reason));
        }
    }
}
