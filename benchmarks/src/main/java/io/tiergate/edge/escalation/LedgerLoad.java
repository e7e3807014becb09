package io.tiergate.edge.escalation;

import com.google.protobuf.ByteString;
import io.quarkus.runtime.configuration.MemorySize;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tensors;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Promises to a ledger with {@code sync=full}, of one sample of 3 KiB each, in the order of their ids, as a gateway's are. Used by one thread. */
final class LedgerLoad implements AutoCloseable {
    private static final int TENSOR_BYTES = 3 * 1024;
    private static final int IN_FLIGHT = 2048;
    private static final long OUTBOX_BYTES = 64L << 30;
    private static final long LONGEST_SECONDS = 60;

    private final Ledger ledger;
    private final Random random = new Random(1);
    private final EscalatedSample sample;
    private final Semaphore free = new Semaphore(IN_FLIGHT);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long number;

    /** @param commitMillis what each commit takes longer than on this disk */
    LedgerLoad(Path folder, long commitMillis) throws IOException, SQLException {
        LedgerFolder place = new LedgerFolder(folder);
        place.make();
        FileLock lock = place.lock();
        LedgerStore store = new LedgerDatabase(place, OutboxConfig.Sync.FULL);
        ledger = Ledger.open(
                commitMillis == 0 ? store : new SlowStore(store, commitMillis),
                new Config(),
                new ProcessPlatform(RunningTime.Clocks.SYSTEM),
                lock.channel());
        byte[] data = new byte[TENSOR_BYTES];
        random.nextBytes(data);
        EscalatedSample.Builder builder = EscalatedSample.newBuilder()
                .setPurpose(Purpose.PURPOSE_ESCALATED)
                .setReason("below-threshold")
                .setInclusionProbability(1)
                .setTensors(Tensors.newBuilder()
                        .addTensors(Tensor.newBuilder()
                                .setName("images")
                                .setDatatype("UINT8")
                                .addShape(TENSOR_BYTES)
                                .setData(ByteString.copyFrom(data))));
        builder.getModelBuilder().setName("edge").setVersion(1);
        builder.getPredictionBuilder().setLabel("a");
        sample = builder.build();
    }

    private NewEscalation next() {
        // As of version 7: they ascend.
        UUID id = new UUID(number++ << 16, random.nextLong());
        return new NewEscalation(
                sample.toBuilder().setEscalationId(id.toString()).build());
    }

    private void promise(Runnable kept) throws InterruptedException {
        free.acquire();
        ledger.promise(List.of(next()))
                .subscribe()
                .with(
                        done -> {
                            kept.run();
                            free.release();
                        },
                        refused -> {
                            failure.compareAndSet(null, refused);
                            free.release();
                        });
    }

    /** Waits for all that is under way. */
    private void settle() throws InterruptedException {
        if (!free.tryAcquire(IN_FLIGHT, LONGEST_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("promises were not kept within " + LONGEST_SECONDS + " s");
        }
        free.release(IN_FLIGHT);
        if (failure.get() != null) {
            throw new IllegalStateException("a promise was refused", failure.get());
        }
    }

    /** Returns how many promises were on disk in a second. */
    double full(double seconds) throws InterruptedException {
        AtomicLong kept = new AtomicLong();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            promise(kept::incrementAndGet);
        }
        settle();
        return kept.get() / ((System.nanoTime() - start) / 1e9);
    }

    void fill(long samples) throws InterruptedException {
        for (long i = 0; i < samples; i++) {
            promise(() -> {});
        }
        settle();
    }

    /** Returns how long promises took until they were on disk, from when they were due, in nanoseconds. */
    Histogram atRate(double ratePerSecond, double seconds) throws InterruptedException {
        Histogram nanos = new ConcurrentHistogram(3);
        long start = System.nanoTime();
        long count = (long) (ratePerSecond * seconds);
        for (long i = 0; i < count; i++) {
            long due = start + (long) (i * 1e9 / ratePerSecond);
            LockSupport.parkNanos(due - System.nanoTime());
            promise(() -> nanos.recordValue(System.nanoTime() - due));
        }
        settle();
        return nanos;
    }

    @Override
    public void close() {
        ledger.close();
    }

    private record Config() implements OutboxConfig {
        private static final Duration WEEK = Duration.ofDays(7);

        @Override
        public Sync sync() {
            return Sync.FULL;
        }

        @Override
        public MemorySize maxBytes() {
            return new MemorySize(BigInteger.valueOf(OUTBOX_BYTES));
        }

        @Override
        public WhenFull whenFull() {
            return WhenFull.SHED;
        }

        @Override
        public Duration ttl() {
            return WEEK;
        }

        @Override
        public Duration history() {
            return WEEK;
        }

        @Override
        public int queueCapacity() {
            return 2 * IN_FLIGHT;
        }

        @Override
        public int relayInFlight() {
            return 1;
        }
    }
}
