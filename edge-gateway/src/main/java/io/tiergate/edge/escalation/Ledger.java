package io.tiergate.edge.escalation;

import com.google.protobuf.Timestamp;
import io.smallrye.mutiny.Uni;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.proto.v1.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The edge's durable record of every escalation it promised: an id that a client has seen is in here, on disk, and ends in
 * exactly one state.
 *
 * <p>Every {@link Uni} completes on a ledger thread; whoever does more than a little with the result moves on to another.
 */
public final class Ledger implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Ledger.class);
    private static final int LARGEST_READ_QUEUE = 1024;
    private static final int HOUSEKEEPING_SECONDS = 10;
    private static final long STORED_EVERY_MILLIS = 60_000;
    /** Few enough that promises which wait behind them do not notice. */
    private static final int EXPIRED_AT_ONCE = 64;

    private static final int FORGOTTEN_AT_ONCE = 64;
    /** Bounds how much is told at once. */
    private static final int FORGOTTEN_AT_A_TIME = 4096;

    private final FileLock lock;
    private final long maxBytes;
    private final OutboxConfig.WhenFull whenFull;
    private final LedgerWriter writer;
    private final RecentSamples recent;
    private final LedgerReader reader;
    private final ThreadPoolExecutor readerThread;
    private final long ttlMillis;
    private final long historyMillis;
    private final RunningTime running;
    private final ScheduledExecutorService housekeeper;
    private volatile Future<?> housekeeping = CompletableFuture.completedFuture(null);
    /** The running time when it was last stored; used by one housekeeping at a time. */
    private long storedMillis;

    /** Bytes of promises that wait for the disk; they are on the heap, so their limit is the heap's, not the disk's. */
    private final AtomicLong uncommittedBytes = new AtomicLong();

    private final long maxUncommittedBytes =
            Math.max(1L << 20, Runtime.getRuntime().maxMemory() / 16);

    private final List<Runnable> pendingListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<List<String>>> eventListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<String>>> endListeners = new CopyOnWriteArrayList<>();

    private Ledger(
            FileLock lock,
            OutboxConfig config,
            LedgerWriter writer,
            RecentSamples recent,
            LedgerReader reader,
            RunningTime running) {
        this.lock = lock;
        this.maxBytes = config.maxBytes().asLongValue();
        this.whenFull = config.whenFull();
        this.ttlMillis = config.ttl().toMillis();
        this.historyMillis = config.history().toMillis();
        this.running = running;
        this.storedMillis = running.millis();
        this.writer = writer;
        this.recent = recent;
        this.reader = reader;
        this.readerThread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(LARGEST_READ_QUEUE),
                Thread.ofPlatform().name("ledger-reader").factory());
        this.housekeeper = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ledger-housekeeper").daemon().factory());
    }

    /**
     * Opens the ledger of a data folder, or makes one.
     *
     * @throws io.tiergate.ledger.UnusableLedgerException if the folder cannot be used, belongs to a running gateway, or holds something
     *     that is no ledger, a damaged one, or one of a newer format; it says what to do
     */
    public static Ledger open(Path folder, OutboxConfig config) throws IOException {
        Ledger ledger = open(folder, config, RunningTime.Clocks.SYSTEM);
        ledger.housekeeping = ledger.housekeeper.scheduleWithFixedDelay(
                ledger::keepHouse, HOUSEKEEPING_SECONDS, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
        return ledger;
    }

    /** The same with other clocks, and without its timer. */
    static Ledger open(Path path, OutboxConfig config, RunningTime.Clocks clocks) throws IOException {
        LedgerFolder folder = new LedgerFolder(path);
        folder.make();
        FileLock lock = folder.lock();
        try {
            return open(folder, config, lock, clocks);
        } catch (SQLException e) {
            lock.channel().close();
            throw folder.explain(e);
        } catch (IllegalStateException e) {
            // Rows that can be read, but cannot have been written.
            lock.channel().close();
            throw folder.damaged(e);
        } catch (IOException e) {
            lock.channel().close();
            throw e;
        }
    }

    private static Ledger open(LedgerFolder folder, OutboxConfig config, FileLock lock, RunningTime.Clocks clocks)
            throws SQLException, IOException {
        LedgerDatabase database = new LedgerDatabase(folder, config.sync());
        Connection writing = database.openForWriting();
        LedgerReader reader = null;
        try {
            reader = new LedgerReader(database.openForReading());
            long lastSequence = reader.lastSequence();
            RecentSamples recent = new RecentSamples(mostRecentBytes(), lastSequence);
            RunningTime running = new RunningTime(reader.runningMillis(), clocks);
            LedgerCounts.Tally tally = reader.tally();
            LedgerWriter writer = new LedgerWriter(
                    writing,
                    new LedgerTransaction(
                            writing,
                            lastSequence,
                            recent,
                            running,
                            new LedgerTransaction.Room(
                                    config.maxBytes().asLongValue(),
                                    config.whenFull(),
                                    tally.counts().outboxBytes())),
                    tally,
                    config.queueCapacity());
            return new Ledger(lock, config, writer, recent, reader, running);
        } catch (SQLException | IllegalStateException e) {
            if (reader != null) {
                reader.close();
            }
            writing.close();
            throw e;
        }
    }

    private static long mostRecentBytes() {
        return Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 64);
    }

    /**
     * Promises samples, all or none. Once the result is there, they are on disk.
     *
     * @return fails with {@link LedgerUnavailableException} if there is no room, too much is waiting, or the disk refuses
     */
    public Uni<Void> promise(List<NewEscalation> escalations) {
        // At once, not when the result is asked for: whoever waits for what comes after must not hold the samples.
        long bytes = escalations.stream().mapToLong(NewEscalation::sizeBytes).sum();
        long uncommitted = uncommittedBytes.addAndGet(bytes);
        boolean busy = uncommitted > maxUncommittedBytes && uncommitted > bytes;
        if (busy || isFull(bytes, uncommitted)) {
            uncommittedBytes.addAndGet(-bytes);
            return Uni.createFrom().failure(new LedgerUnavailableException(busy ? "outbox-busy" : "outbox-full", null));
        }
        CompletableFuture<Optional<List<String>>> stored =
                writer.submit(transaction -> transaction.promise(escalations));
        // Handed out as a copy: a call that is cancelled must not take the accounting with it.
        return Uni.createFrom()
                .completionStage(stored.whenComplete((evicted, failure) -> settled(bytes, evicted))
                        .copy())
                .onItem()
                .transformToUni(evicted -> evicted.isPresent()
                        ? Uni.createFrom().voidItem()
                        : Uni.createFrom().failure(new LedgerUnavailableException("outbox-full", null)));
    }

    /** Whether there is no room and none can be made, as far as that is known before the writer's turn. */
    private boolean isFull(long bytes, long uncommitted) {
        return bytes > maxBytes
                || (whenFull == OutboxConfig.WhenFull.SHED && uncommitted + counts().outboxBytes() > maxBytes);
    }

    private void settled(long bytes, Optional<List<String>> evicted) {
        uncommittedBytes.addAndGet(-bytes);
        if (evicted != null && evicted.isPresent()) {
            tell(evicted.get());
            pendingListeners.forEach(Runnable::run);
        }
    }

    /** Notes that the broker has taken a record. */
    Uni<Void> sent(PendingRecord.Place place) {
        return Uni.createFrom()
                .completionStage(() -> writer.submitPatiently(transaction -> {
                    if (place.label()) {
                        transaction.labelSent(place.number());
                    } else {
                        transaction.sent(place.number());
                    }
                    return null;
                }));
    }

    private interface Step {
        void in(LedgerTransaction transaction) throws SQLException;
    }

    private Uni<Void> submit(Step step) {
        return Uni.createFrom()
                .completionStage(() -> writer.submit(transaction -> {
                    step.in(transaction);
                    return null;
                }));
    }

    /**
     * Applies a label that an application has reported, and keeps it until it is sent.
     *
     * @param now by the device's clock
     * @param applied told on a ledger thread if the label has changed something, whether or not somebody still waits for the result
     * @return empty if the id is not in here
     */
    public Uni<Optional<LabelReport>> report(String id, String label, Timestamp now, Consumer<AppliedVerdict> applied) {
        return Uni.createFrom()
                .completionStage(() -> writer.submit(transaction -> transaction.report(id, label, now))
                        .whenComplete((reported, failure) -> reported(reported, applied))
                        .copy())
                .chain(reported -> reported.isEmpty()
                        ? Uni.createFrom().item(Optional.empty())
                        : find(id).map(row -> row.map(escalation ->
                                new LabelReport(escalation, reported.get().stands()))));
    }

    private void reported(Optional<LedgerTransaction.Reported> reported, Consumer<AppliedVerdict> applied) {
        if (reported != null) {
            reported.flatMap(LedgerTransaction.Reported::applied).ifPresent(change -> {
                changed(List.of(change));
                pendingListeners.forEach(Runnable::run);
                applied.accept(change);
            });
        }
    }

    /**
     * Applies verdicts and remembers how far the topic has been read, in one transaction: each is applied once, whatever dies.
     *
     * @return the verdicts that changed something
     */
    public Uni<List<AppliedVerdict>> apply(List<Verdict> verdicts, String topic, int partition, long nextOffset) {
        return changing(transaction -> {
            List<AppliedVerdict> applied = new ArrayList<>();
            for (Verdict verdict : verdicts) {
                transaction.apply(verdict).ifPresent(applied::add);
            }
            transaction.offset(topic, partition, nextOffset);
            return applied;
        });
    }

    /** Ends what can never be sent: an escalation is rejected, a label goes without its sample. */
    Uni<Void> tooLarge(PendingRecord record, String limit) {
        return switch (record) {
            case PendingRecord.Sample sample -> reject(sample.id(), "too large for the broker: " + limit);
            case PendingRecord.Label label -> submit(transaction -> transaction.labelTooLarge(label.number()));
        };
    }

    private Uni<Void> reject(String id, String reason) {
        Verdict rejected = Verdict.newBuilder()
                .setEscalationId(id)
                .setRejected(Verdict.Rejected.newBuilder().setReason(reason))
                .build();
        return changing(transaction -> transaction.apply(rejected).stream().toList())
                .replaceWithVoid();
    }

    private Uni<List<AppliedVerdict>> changing(LedgerWriter.Change<List<AppliedVerdict>> change) {
        // Handed out as a copy: who asked for the change may go away, the listeners must hear of it all the same.
        return Uni.createFrom().completionStage(() -> writer.submit(change)
                .whenComplete((applied, failure) -> changed(applied))
                .copy());
    }

    private void changed(List<AppliedVerdict> applied) {
        if (applied != null) {
            tell(applied.stream().map(each -> each.verdict().getEscalationId()).toList());
        }
    }

    Uni<List<PendingRecord>> pendingAfter(RelayWindow.Start start, int limit) {
        return (counts().labels() == 0 ? recent.after(start.sample(), limit) : Optional.<List<PendingRecord>>empty())
                .map(records -> Uni.createFrom().item(records))
                .orElseGet(() -> read(() -> reader.pendingAfter(start, limit)));
    }

    public Uni<Optional<EscalationRow>> find(String id) {
        return read(() -> reader.find(id));
    }

    /** Those of the escalations that are in here, each as it stands; they are looked up one by one, so ask for a page at a time. */
    public Uni<List<EscalationRow>> find(List<String> ids) {
        return read(() -> reader.find(ids));
    }

    /**
     * The next changes after a cursor.
     *
     * @param limit the most to give; fewer are given where they are large, but one at least if there is one
     */
    public Uni<EventPage> eventsAfter(long cursor, int limit) {
        return read(() -> reader.eventsAfter(cursor, limit));
    }

    /** The cursor of the newest change there ever was; 0 if there was none. */
    public Uni<Long> lastCursor() {
        return read(reader::lastCursor);
    }

    /** Where to go on reading a topic; empty if it was never read. */
    public Uni<OptionalLong> nextOffset(String topic, int partition) {
        return read(() -> reader.nextOffset(topic, partition));
    }

    /** The partitions of the verdicts topic on which answers to open escalations may still come. */
    public Uni<Set<Integer>> awaitedPartitions() {
        return read(reader::awaitedPartitions);
    }

    /**
     * Tells of the final verdicts that were stored last, the oldest of them first, each as it now stands.
     *
     * @param limit the most to tell of, 0 or more
     * @param each called on a ledger thread
     */
    public Uni<Void> latestVerdicts(int limit, Consumer<AppliedVerdict> each) {
        return read(() -> {
            reader.latestVerdicts(limit, each);
            return null;
        });
    }

    /**
     * What is to be done from time to time: to expire what has waited too long and to forget what ended long ago, in small groups, and to store the running time. It waits
     * for the disk, and must not be called by two threads at once.
     */
    void keepHouse() {
        try {
            running.noticeJump();
            // Nothing can be due before the whole of the time has run.
            boolean more = running.millis() >= ttlMillis;
            while (more) {
                more = expireSome();
            }
            while (running.millis() >= historyMillis && forgetSome(running.millis() - historyMillis)) {}
            if (running.millis() - storedMillis >= STORED_EVERY_MILLIS) {
                long now = running.millis();
                storeRunningTime().join();
                storedMillis = now;
            }
        } catch (RuntimeException e) {
            // The next time may be better; until then everything waits a little longer.
            LOG.warnf("Ledger's housekeeping is put off: %s", e.getMessage());
        }
    }

    /** Returns whether there may be more. */
    private boolean expireSome() {
        List<String> expired = writer.submitPatiently(transaction -> transaction.expire(ttlMillis, EXPIRED_AT_ONCE))
                .join();
        tell(expired);
        return expired.size() >= EXPIRED_AT_ONCE;
    }

    /** Returns whether there may be more. */
    private boolean forgetSome(long happenedUpToMillis) {
        Set<String> ended = read(() -> reader.endedUpTo(happenedUpToMillis, FORGOTTEN_AT_A_TIME))
                .await()
                .indefinitely();
        // Before they are gone: nobody shall be shown an id that cannot be asked for.
        endListeners.forEach(listener -> listener.accept(ended));
        int forgotten = 0;
        int now = FORGOTTEN_AT_ONCE;
        while (now == FORGOTTEN_AT_ONCE && forgotten < FORGOTTEN_AT_A_TIME) {
            now = writer.submitPatiently(transaction -> transaction.forget(happenedUpToMillis, FORGOTTEN_AT_ONCE))
                    .join();
            forgotten += now;
        }
        return now == FORGOTTEN_AT_ONCE;
    }

    private CompletableFuture<Void> storeRunningTime() {
        return writer.submitPatiently(transaction -> {
            transaction.storeRunningTime();
            return null;
        });
    }

    private void tell(List<String> ids) {
        if (!ids.isEmpty()) {
            eventListeners.forEach(listener -> listener.accept(ids));
        }
    }

    /** Whether the disk refuses to be written; what is uncertain is shed then, and nothing that was promised is touched. */
    public boolean isFailing() {
        return writer.isFailing();
    }

    public LedgerCounts counts() {
        return writer.counts();
    }

    /**
     * Calls back after every commit of what has to be sent, on the writer's thread or, where the commit was quicker, on that of whoever
     * asked for it: the listener must be quick.
     */
    void onPending(Runnable listener) {
        pendingListeners.add(listener);
    }

    /** Calls back after every commit of changes with the ids of what changed, on threads as {@link #onPending} does. */
    public void onEvent(Consumer<List<String>> listener) {
        eventListeners.add(listener);
    }

    public void removeEventListener(Consumer<List<String>> listener) {
        eventListeners.remove(listener);
    }

    /** Calls back with the ids of what ended long ago, before it is removed; many at a time, on the housekeeper's thread. */
    public void onForgetting(Consumer<Set<String>> listener) {
        endListeners.add(listener);
    }

    private <T> Uni<T> read(Callable<T> question) {
        return Uni.createFrom().completionStage(() -> {
            CompletableFuture<T> answer = new CompletableFuture<>();
            try {
                readerThread.execute(() -> {
                    try {
                        answer.complete(question.call());
                    } catch (Throwable e) {
                        // An Error too: whoever asked must not wait for ever.
                        answer.completeExceptionally(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                answer.completeExceptionally(new LedgerUnavailableException("ledger-busy", e));
            }
            return answer;
        });
    }

    /** Commits what is waiting and closes the files. */
    @Override
    public void close() {
        housekeeping.cancel(false);
        housekeeper.shutdown();
        readerThread.shutdown();
        try {
            CompletableFuture<Void> stored = storeRunningTime();
            if (!readerThread.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IOException("ledger reader did not end within 10 s");
            }
            writer.close();
            if (stored.isCompletedExceptionally()) {
                LOG.warn(
                        "The last minute of the ledger's running time is not stored: what waits may wait longer by it");
            }
            reader.close();
            lock.channel().close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException("ledger could not be closed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
