package io.tiergate.edge.escalation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.bench.worker.JsonLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.HdrHistogram.Histogram;

/**
 * A ledger with no gateway around it, as a process. Each command has a folder, which is made, and is the caller's to delete:
 *
 * <ul>
 *   <li>{@code {"do":"full","folder":F,"seconds":5,"commit_ms":10}}: as many promises as it takes, each commit taking so much longer
 *   <li>{@code {"do":"rate","folder":F,"seconds":5,"rate":1000}}: so many promises a second
 *   <li>{@code {"do":"append","folder":F,"seconds":5,"rate":1000}}: so many bare appends a second, each forced to the disk
 *   <li>{@code {"do":"pending","folder":F,"samples":1000000}}: how much memory so many take that wait to be sent
 * </ul>
 */
public final class LedgerMain {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double MILLISECOND_NANOS = 1e6;

    private LedgerMain() {}

    /** @param arguments a folder for SQLite's library, made if it is missing */
    public static void main(String[] arguments) throws IOException {
        System.setProperty("org.sqlite.tmpdir", arguments[0]);
        JsonLines.serve(LedgerMain::run);
    }

    private static ObjectNode run(JsonNode command, AtomicBoolean unused) throws Exception {
        Path folder = Path.of(command.get("folder").asText());
        double seconds = command.path("seconds").asDouble();
        return switch (command.get("do").asText()) {
            case "full" -> {
                try (LedgerLoad load =
                        new LedgerLoad(folder, command.path("commit_ms").asLong())) {
                    // The first part is the compiler's.
                    load.full(seconds / 2);
                    yield MAPPER.createObjectNode().put("per_s", load.full(seconds));
                }
            }
            case "rate" -> {
                try (LedgerLoad load = new LedgerLoad(folder, 0)) {
                    // The first part is the compiler's; at the same rate, for a burst would leave the disk busy behind
                    // it.
                    load.atRate(command.get("rate").asDouble(), seconds);
                    yield times(load.atRate(command.get("rate").asDouble(), seconds));
                }
            }
            case "append" ->
                times(BareAppend.measure(folder, command.get("rate").asDouble(), seconds));
            case "pending" ->
                PendingMemory.measure(folder, command.get("samples").asLong());
            default -> throw new IllegalArgumentException("unknown command: " + command);
        };
    }

    private static ObjectNode times(Histogram nanos) {
        return MAPPER.createObjectNode()
                .put("count", nanos.getTotalCount())
                .put("p50_ms", nanos.getValueAtPercentile(50) / MILLISECOND_NANOS)
                .put("p99_ms", nanos.getValueAtPercentile(99) / MILLISECOND_NANOS);
    }
}
