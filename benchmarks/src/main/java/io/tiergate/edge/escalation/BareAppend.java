package io.tiergate.edge.escalation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** What the disk itself takes: 3 KiB appended to a file and forced out, and nothing else. */
final class BareAppend {
    private static final int RECORD_BYTES = 3 * 1024;

    private BareAppend() {}

    /**
     * Appends at a rate, or as fast as the disk does.
     *
     * @return nanoseconds, each from its own start: none is charged for the one before it
     */
    static Histogram measure(Path folder, double ratePerSecond, double seconds) throws IOException {
        Files.createDirectories(folder);
        Histogram nanos = new Histogram(3);
        ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        try (FileChannel channel =
                FileChannel.open(folder.resolve("append"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long i = 0; System.nanoTime() < end; i++) {
                LockSupport.parkNanos(start + (long) (i * 1e9 / ratePerSecond) - System.nanoTime());
                record.clear();
                long begin = System.nanoTime();
                channel.write(record);
                channel.force(true);
                nanos.recordValue(System.nanoTime() - begin);
            }
        }
        return nanos;
    }
}
