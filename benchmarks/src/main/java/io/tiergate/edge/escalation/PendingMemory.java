package io.tiergate.edge.escalation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/** What samples take in memory that wait to be sent: of the heap, and of the process. */
final class PendingMemory {
    /** So many are promised first, to another ledger: what the compiler and the allocators take is none of the samples'. */
    private static final long WARM_UP = 50_000;

    private static final double MEBIBYTE_BYTES = 1 << 20;
    private static final double MEBIBYTE_KIBIBYTES = 1 << 10;

    private PendingMemory() {}

    static ObjectNode measure(Path folder, long samples) throws IOException, SQLException, InterruptedException {
        try (LedgerLoad load = new LedgerLoad(folder.resolve("warm-up"), 0)) {
            load.fill(Math.min(samples, WARM_UP));
        }
        try (LedgerLoad load = new LedgerLoad(folder.resolve("pending"), 0)) {
            double idleHeap = heapMebibytes();
            double idle = residentMebibytes();
            long start = System.nanoTime();
            load.fill(samples);
            double seconds = (System.nanoTime() - start) / 1e9;
            double heap = heapMebibytes();
            return new ObjectMapper()
                    .createObjectNode()
                    .put("samples", samples)
                    .put("seconds", seconds)
                    .put("heap_above_idle_mib", heap - idleHeap)
                    .put("rss_above_idle_mib", residentMebibytes() - idle);
        }
    }

    private static double heapMebibytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MEBIBYTE_BYTES;
    }

    private static double residentMebibytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        return Files.readString(status)
                        .lines()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow(() -> new IOException("no VmRSS in " + status))
                / MEBIBYTE_KIBIBYTES;
    }
}
