package io.tiergate.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** What it costs to put a sample safely on this disk: append 3 KiB to a file and force it out, one after the other. */
final class DiskProbe {
    private static final int RECORD_BYTES = 3 * 1024;
    private static final double MILLISECOND_NANOS = 1e6;

    /** In milliseconds. */
    record Times(double p50Millis, double p99Millis) {}

    private DiskProbe() {}

    /** @param folder on the disk that is meant */
    static Times measure(Path folder, int records) throws IOException {
        Path file = folder.resolve("append-fsync");
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
        long[] nanos = new long[records];
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            for (int i = 0; i < records; i++) {
                record.clear();
                long start = System.nanoTime();
                channel.write(record);
                channel.force(true);
                nanos[i] = System.nanoTime() - start;
            }
        } finally {
            Files.deleteIfExists(file);
        }
        Arrays.sort(nanos);
        return new Times(atRank(nanos, 50), atRank(nanos, 99));
    }

    /** The smallest value that at least so many percent do not exceed, in milliseconds. */
    static double atRank(long[] sortedNanos, int percent) {
        int rank = Math.ceilDiv(sortedNanos.length * percent, 100);
        return sortedNanos[Math.max(rank, 1) - 1] / MILLISECOND_NANOS;
    }
}
