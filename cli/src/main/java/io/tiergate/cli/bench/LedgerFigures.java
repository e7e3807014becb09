package io.tiergate.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tiergate.local.process.DataFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The ledger alone, with {@code sync=full}, in a process of its own: what it takes in, how soon, and what waits costs in memory. */
final class LedgerFigures {
    private static final double RATE_PER_SECOND = 1_000;
    private static final long SLOW_COMMIT_MILLIS = 10;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Workplace workplace;
    private final BenchLength length;
    private int folders;

    LedgerFigures(Workplace workplace, BenchLength length) {
        this.workplace = workplace;
        this.length = length;
    }

    ObjectNode measure() throws IOException, InterruptedException {
        List<Double> full = new ArrayList<>();
        List<Double> slow = new ArrayList<>();
        List<Double> p99 = new ArrayList<>();
        List<Double> append = new ArrayList<>();
        List<Double> ratio = new ArrayList<>();
        ObjectNode node = MAPPER.createObjectNode();
        try (Worker worker = Worker.start("ledger", workplace.ledgerCommand(), workplace.folder())) {
            for (int round = 0; round < length.rounds(); round++) {
                full.add(ask(worker, Worker.command("full")).get("per_s").asDouble());
                slow.add(ask(worker, Worker.command("full").put("commit_ms", SLOW_COMMIT_MILLIS))
                        .get("per_s")
                        .asDouble());
                append.add(ask(worker, Worker.command("append").put("rate", RATE_PER_SECOND))
                        .get("p99_ms")
                        .asDouble());
                p99.add(ask(worker, Worker.command("rate").put("rate", RATE_PER_SECOND))
                        .get("p99_ms")
                        .asDouble());
                ratio.add(p99.getLast() / append.getLast());
                workplace.say(
                        "the ledger alone, round %d of %d: %,.0f samples/s, %,.0f with %d ms more a commit, p99 %.2f ms at 1,000/s (append and fsync: %.2f)",
                        round + 1,
                        length.rounds(),
                        full.getLast(),
                        slow.getLast(),
                        SLOW_COMMIT_MILLIS,
                        p99.getLast(),
                        append.getLast());
            }
        }
        put(node, "per_s", full);
        put(node, "slow_commit_per_s", slow);
        put(node, "p99_ms", p99);
        put(node, "append_fsync_p99_ms", append);
        put(node, "p99_over_append_fsync_p99", ratio);
        // A process of its own: what the others have taken is not the samples'.
        try (Worker worker = Worker.start("ledger-pending", workplace.ledgerCommand(), workplace.folder())) {
            JsonNode pending = ask(worker, Worker.command("pending").put("samples", length.pendingSamples()));
            node.put("pending_samples", length.pendingSamples());
            node.put(
                    "pending_rss_above_idle_mib",
                    pending.get("rss_above_idle_mib").asDouble());
            node.put(
                    "pending_heap_above_idle_mib",
                    pending.get("heap_above_idle_mib").asDouble());
        }
        return node;
    }

    /** Each command has a folder of its own, which is deleted before the next one: no more lies on the disk than one has written. */
    private JsonNode ask(Worker worker, ObjectNode command) throws IOException {
        Path folder = workplace.folder().resolve(String.format(Locale.ROOT, "ledger-%d", ++folders));
        try {
            return worker.ask(command.put("folder", folder.toString()).put("seconds", length.ledgerSeconds()));
        } finally {
            DataFolder.delete(folder);
        }
    }

    /** The median, and below {@code <name>_rounds} all of them. */
    private static void put(ObjectNode node, String name, List<Double> rounds) {
        node.put(name, Spread.median(rounds));
        ArrayNode all = node.putArray(name + "_rounds");
        rounds.forEach(all::add);
    }
}
