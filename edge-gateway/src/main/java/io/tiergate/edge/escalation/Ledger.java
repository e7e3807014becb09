package io.tiergate.edge.escalation;

import com.google.protobuf.Timestamp;
import io.smallrye.mutiny.Uni;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.proto.v1.Verdict;
import java.io.Closeable;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
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
    private static final int HOUSEKEEPING_SECONDS = 10;
    private static final long STORED_EVERY_MILLIS = 60_000;
    /** By default, in their topic: see the cloud's {@code tiergate.kafka.retention}. */
    private static final long VERDICTS_KEPT_MILLIS = TimeUnit.DAYS.toMillis(7);
    /** Few enough that promises which wait behind them do not notice. */
    private static final int EXPIRED_AT_ONCE = 64;

    private static final int FORGOTTEN_AT_ONCE = 64;

    private static final CompletableFuture<Void> NOTHING_TO_DO = CompletableFuture.completedFuture(null);

    private final Closeable lock;
    private final long maxBytes;
    private final OutboxConfig.WhenFull whenFull;
    private final LedgerWriter writer;
    private final RecentSamples recent;
    /** Used by the reader's thread alone. */
    private LedgerReader reader;

    private boolean readingFailed;
    private final ExecutorService readerThread;
    private final long ttlMillis;
    private final long historyMillis;
    private final RunningTime running;
    private final ScheduledExecutorService housekeeper;
    /** The running time when it was last stored; used by one housekeeping at a time. */
    private volatile long storedMillis;

    /** Bytes of promises that wait for the disk; they are on the heap, so their limit is the heap's, not the disk's. */
    private final AtomicLong uncommittedBytes = new AtomicLong();

    private final long maxUncommittedBytes;

    private final List<Runnable> pendingListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<List<String>>> eventListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<String>>> endListeners = new CopyOnWriteArrayList<>();

    private Ledger(
            Closeable lock,
            OutboxConfig config,
            LedgerPlatform platform,
            LedgerWriter writer,
            RecentSamples recent,
            LedgerReader reader,
            RunningTime running) {
        this.lock = lock;
        this.maxBytes = config.maxBytes().asLongValue();
        this.whenFull = config.whenFull();
        this.ttlMillis = config.ttl().toMillis();
        this.historyMillis = config.history().toMillis();
        this.maxUncommittedBytes = platform.uncommittedBytes();
        this.running = running;
        this.storedMillis = running.millis();
        this.writer = writer;
        this.recent = recent;
        this.reader = reader;
        this.readerThread = platform.reader();
        this.housekeeper = platform.housekeeper();
    }

    /**
     * Opens the ledger of a data folder, or makes one.
     *
     * @throws io.tiergate.ledger.UnusableLedgerException if the folder cannot be used, belongs to a running gateway, or holds something
     *     that is no ledger, a damaged one, or one of a newer format; it says what to do
     */
    public static Ledger open(Path folder, OutboxConfig config) throws IOException {
        Ledger ledger = open(folder, config, RunningTime.Clocks.SYSTEM);
        ledger.startKeepingHouse();
        return ledger;
    }

    /** The same with other clocks, and without its timer. */
    static Ledger open(Path path, OutboxConfig config, RunningTime.Clocks clocks) throws IOException {
        LedgerFolder folder = new LedgerFolder(path);
        folder.make();
        FileLock lock = folder.lock();
        try {
            return open(new LedgerDatabase(folder, config.sync()), config, new ProcessPlatform(clocks), lock.channel());
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

    /**
     * The same on any store and platform.
     *
     * @param lock given up when the ledger is closed; it is left alone if the ledger cannot be opened
     */
    static Ledger open(LedgerStore store, OutboxConfig config, LedgerPlatform platform, Closeable lock)
            throws SQLException, IOException {
        Connection writing = store.openForWriting();
        LedgerReader reader = null;
        try {
            reader = new LedgerReader(store.openForReading());
            long lastSequence = reader.lastSequence();
            LedgerCounts.Tally tally = reader.tally();
            RecentSamples recent =
                    new RecentSamples(platform.recentBytes(), tally.counts().in(EscalationState.PENDING));
            RunningTime running = new RunningTime(reader.runningMillis(), platform.clocks());
            LedgerTransaction transaction = new LedgerTransaction(
                    writing,
                    lastSequence,
                    recent,
                    running,
                    new LedgerTransaction.Room(
                            config.maxBytes().asLongValue(),
                            config.whenFull(),
                            tally.counts().outboxBytes()));
            LedgerWriter writer = new LedgerWriter(
                    new GroupCommit(
                            writing, transaction, tally, platform.clocks().nanos()),
                    config.queueCapacity(),
                    platform);
            return new Ledger(lock, config, platform, writer, recent, reader, running);
        } catch (SQLException | IllegalStateException e) {
            if (reader != null) {
                reader.close();
            }
            writing.close();
            throw e;
        }
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
        return take(verdicts, topic, partition, nextOffset).map(Ledger::applied);
    }

    /** The same, telling of each verdict what became of it, in their order. */
    public Uni<List<VerdictEffect>> take(List<Verdict> verdicts, String topic, int partition, long nextOffset) {
        return changing(transaction -> {
            List<VerdictEffect> effects = new ArrayList<>();
            for (Verdict verdict : verdicts) {
                effects.add(transaction.apply(verdict));
            }
            transaction.offset(topic, partition, nextOffset);
            return effects;
        });
    }

    private static List<AppliedVerdict> applied(List<VerdictEffect> effects) {
        return effects.stream()
                .filter(VerdictEffect.Applied.class::isInstance)
                .map(effect -> ((VerdictEffect.Applied) effect).verdict())
                .toList();
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
        return changing(transaction -> List.of(transaction.apply(rejected))).replaceWithVoid();
    }

    private Uni<List<VerdictEffect>> changing(LedgerWriter.Change<List<VerdictEffect>> change) {
        // Handed out as a copy: who asked for the change may go away, the listeners must hear of it all the same.
        return Uni.createFrom().completionStage(() -> writer.submit(change)
                .whenComplete((effects, failure) -> {
                    if (effects != null) {
                        changed(applied(effects));
                    }
                })
                .copy());
    }

    private void changed(List<AppliedVerdict> applied) {
        tell(applied.stream().map(each -> each.verdict().getEscalationId()).toList());
    }

    /** What waits to be sent. */
    Uni<List<PendingRecord>> pending(PageRequest request) {
        PageRequest sendable = recent.large().leftOut(request);
        return (counts().labels() == 0 ? recent.page(sendable) : Optional.<List<PendingRecord>>empty())
                .map(records -> Uni.createFrom().item(records))
                .orElseGet(() -> read(() -> reader.pending(sendable, recent.large())));
    }

    /** Samples with more bytes, those in here too, are not given out to be sent from now on, until they are checked in. */
    Uni<Void> holdBackAbove(long bytes) {
        recent.large().limit(bytes);
        return read(() -> {
            recent.large().addAll(reader.payloadsAbove(bytes));
            return null;
        });
    }

    int heldBack() {
        return recent.large().count();
    }

    /** The place of the oldest sample that is held back. */
    OptionalLong oldestHeldBack() {
        return recent.large().oldest();
    }

    /** Empty if it is not needed any more; then it is not held back any longer. */
    Uni<Optional<LargeSample>> heldBack(long sequence) {
        return read(() -> {
            Optional<LargeSample> sample = reader.largeSample(sequence);
            if (sample.isEmpty()) {
                recent.large().remove(sequence);
            }
            return sample;
        });
    }

    /**
     * Notes that a sample's payload lies elsewhere: it is sent from now on.
     *
     * @param sample what is left of it
     */
    Uni<Void> checkedIn(long sequence, byte[] sample) {
        return Uni.createFrom().completionStage(() -> writer.<Void>submitPatiently(transaction -> {
                    transaction.checkedIn(sequence, sample);
                    return null;
                })
                .whenComplete((done, failure) -> {
                    if (failure == null) {
                        pendingListeners.forEach(Runnable::run);
                    }
                }));
    }

    /** Ends what can never be sent: an escalation is rejected, a label goes without its sample. */
    Uni<Void> tooLarge(LargeSample sample, String reason) {
        return reject(sample.id(), reason)
                .chain(() -> submit(transaction -> transaction.dropUnsendable(sample.sequence())));
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

    /**
     * The partitions of the verdicts topic on which answers may still come. A higher rank may revise what has ended for as long as the
     * topic keeps its answer.
     */
    public Uni<Set<Integer>> awaitedPartitions() {
        return read(() -> reader.awaitedPartitions(running.millis() - ttlMillis - VERDICTS_KEPT_MILLIS));
    }

    /** A part of what was sent, or is parked, and waits for its answer on a partition: of the places in the ledger's order behind one. */
    Uni<AwaitedAnswers> awaitedAnswers(int partition, long after) {
        return read(() -> reader.awaitedAnswers(partition, after));
    }

    /**
     * Has those sent again that got no answer for too long.
     *
     * @param limit at most so many
     * @return how many
     */
    Uni<Integer> askAgain(AskingPause pause, int limit) {
        return asking(transaction -> transaction.askAgain(pause, limit));
    }

    /**
     * Has those sent again that still wait for an answer or for a person.
     *
     * @return how many
     */
    Uni<Integer> askAgain(List<String> ids) {
        return asking(transaction -> transaction.askAgain(ids));
    }

    private Uni<Integer> asking(LedgerWriter.Change<Integer> change) {
        return Uni.createFrom().completionStage(() -> writer.submitPatiently(change)
                .whenComplete((asked, failure) -> {
                    if (asked != null && asked > 0) {
                        pendingListeners.forEach(Runnable::run);
                    }
                })
                .copy());
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

    /** Does what is to be done from time to time, from now on. */
    void startKeepingHouse() {
        Future<?> unused = housekeeper.schedule(this::keepHouseAndGoOn, HOUSEKEEPING_SECONDS, TimeUnit.SECONDS);
    }

    private void keepHouseAndGoOn() {
        Future<?> unused = keepHouse().thenRun(() -> {
            if (!housekeeper.isShutdown()) {
                startKeepingHouse();
            }
        });
    }

    /**
     * What is to be done from time to time: to expire what has waited too long and to forget what ended long ago, in small groups, and to store
     * the running time. Must not be begun before an earlier one is over.
     *
     * @return never fails
     */
    CompletableFuture<Void> keepHouse() {
        running.noticeJump();
        // Nothing can be due before the whole of the time has run.
        return (running.millis() >= ttlMillis ? expire() : NOTHING_TO_DO)
                .thenCompose(expired -> running.millis() >= historyMillis ? forget() : NOTHING_TO_DO)
                .thenCompose(forgotten ->
                        running.millis() - storedMillis >= STORED_EVERY_MILLIS ? noteRunningTime() : NOTHING_TO_DO)
                .exceptionally(failure -> {
                    // The next time may be better; until then everything waits a little longer.
                    LOG.warnf("Ledger's housekeeping is put off: %s", failure.getMessage());
                    return null;
                });
    }

    private CompletableFuture<Void> expire() {
        return writer.submitPatiently(transaction -> transaction.expire(ttlMillis, EXPIRED_AT_ONCE))
                .thenCompose(expired -> {
                    tell(expired);
                    return expired.size() >= EXPIRED_AT_ONCE ? expire() : NOTHING_TO_DO;
                });
    }

    private CompletableFuture<Void> noteRunningTime() {
        long now = running.millis();
        return storeRunningTime().thenAccept(stored -> storedMillis = now);
    }

    private CompletableFuture<Void> forget() {
        long happenedUpToMillis = running.millis() - historyMillis;
        return read(() -> reader.endedUpTo(happenedUpToMillis, FORGOTTEN_AT_ONCE))
                .subscribeAsCompletionStage()
                .thenCompose(ended -> {
                    // Before they are gone: nobody shall be shown an id that cannot be asked for.
                    endListeners.forEach(listener -> listener.accept(ended));
                    return writer.submitPatiently(
                            transaction -> transaction.forget(happenedUpToMillis, FORGOTTEN_AT_ONCE));
                })
                .thenCompose(forgotten -> forgotten >= FORGOTTEN_AT_ONCE ? forget() : NOTHING_TO_DO);
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

    /** Calls back with the ids of what ended long ago, before it is removed; on a ledger thread. */
    public void onForgetting(Consumer<Set<String>> listener) {
        endListeners.add(listener);
    }

    private <T> Uni<T> read(Callable<T> question) {
        return Uni.createFrom().completionStage(() -> {
            CompletableFuture<T> answer = new CompletableFuture<>();
            try {
                readerThread.execute(() -> answer(question, answer));
            } catch (RejectedExecutionException e) {
                answer.completeExceptionally(new LedgerUnavailableException("ledger-busy", e));
            }
            return answer;
        });
    }

    private <T> void answer(Callable<T> question, CompletableFuture<T> answer) {
        try {
            if (readingFailed) {
                reader = reader.renewed();
                readingFailed = false;
            }
            answer.complete(question.call());
        } catch (Throwable e) {
            // An Error too: whoever asked must not wait for ever.
            readingFailed = true;
            answer.completeExceptionally(e);
        }
    }

    /** Commits what is waiting and closes the files. */
    @Override
    public void close() {
        housekeeper.shutdownNow();
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
            lock.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException("ledger could not be closed", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
