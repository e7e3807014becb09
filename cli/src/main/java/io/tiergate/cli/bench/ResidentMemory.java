package io.tiergate.cli.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much of a process lies in memory. */
final class ResidentMemory {
    private static final double MEBIBYTE_KIBIBYTES = 1024;

    private ResidentMemory() {}

    /** In MiB: from the kernel's own table, or where there is none, from {@code ps}. */
    static double mebibytes(long pid) throws IOException, InterruptedException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        return (Files.isReadable(status) ? fromStatus(Files.readString(status)) : fromPs(pid)) / MEBIBYTE_KIBIBYTES;
    }

    /** @return KiB */
    static long fromStatus(String status) throws IOException {
        return status.lines()
                .filter(line -> line.startsWith("VmRSS:"))
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElseThrow(() -> new IOException("no VmRSS in the process's status: " + status));
    }

    private static long fromPs(long pid) throws IOException, InterruptedException {
        Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
        String printed = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (ps.waitFor() != 0 || !printed.matches("\\d+")) {
            throw new IOException("ps does not tell the memory of process " + pid + ": " + printed);
        }
        return Long.parseLong(printed);
    }
}
