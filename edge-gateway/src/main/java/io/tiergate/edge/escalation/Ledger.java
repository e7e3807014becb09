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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
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
    /** By default, in their topic: see the cloud's {@code tiergate.kafka.retention}. */
    private static final long VERDICTS_KEPT_MILLIS = TimeUnit.DAYS.toMillis(7);

    private final Closeable lock;
    private final long maxBytes;
    private final OutboxConfig.WhenFull whenFull;
    private final LedgerWriter writer;
    private final RecentSamples recent;
    private final Questions questions;
    private final LedgerListeners listeners = new LedgerListeners();
    private final Housekeeping housekeeping;
    private final long ttlMillis;
    private final RunningTime running;

    /** Bytes of promises that wait for the disk; they are on the heap, so their limit is the heap's, not the disk's. */
    private final AtomicLong uncommittedBytes = new AtomicLong();

    private final long maxUncommittedBytes;

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
        this.maxUncommittedBytes = platform.uncommittedBytes();
        this.running = running;
        this.writer = writer;
        this.recent = recent;
        this.questions = new Questions(reader, platform.reader());
        this.housekeeping = new Housekeeping(config, running, writer, questions, listeners, platform.housekeeper());
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
                            writing,
                            store.checkpoints(),
                            transaction,
                            tally,
                            platform.clocks().nanos()),
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
            listeners.changed(evicted.get());
            listeners.pending();
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
                listeners.pending();
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
        listeners.changed(
                applied.stream().map(each -> each.verdict().getEscalationId()).toList());
    }

    /** What waits to be sent. */
    Uni<List<PendingRecord>> pending(PageRequest request) {
        PageRequest sendable = recent.large().leftOut(request);
        return (counts().labels() == 0 ? recent.page(sendable) : Optional.<List<PendingRecord>>empty())
                .map(records -> Uni.createFrom().item(records))
                .orElseGet(() -> questions.ask(reader -> reader.pending(sendable, recent.large())));
    }

    /** Samples with more bytes, those in here too, are not given out to be sent from now on, until they are checked in. */
    Uni<Void> holdBackAbove(long bytes) {
        recent.large().limit(bytes);
        return questions.ask(reader -> {
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
        return questions.ask(reader -> {
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
                        listeners.pending();
                    }
                }));
    }

    /** Ends what can never be sent: an escalation is rejected, a label goes without its sample. */
    Uni<Void> tooLarge(LargeSample sample, String reason) {
        return reject(sample.id(), reason)
                .chain(() -> submit(transaction -> transaction.dropUnsendable(sample.sequence())));
    }

    public Uni<Optional<EscalationRow>> find(String id) {
        return questions.ask(reader -> reader.find(id));
    }

    /** Those of the escalations that are in here, each as it stands; they are looked up one by one, so ask for a page at a time. */
    public Uni<List<EscalationRow>> find(List<String> ids) {
        return questions.ask(reader -> reader.find(ids));
    }

    /**
     * The next changes after a cursor.
     *
     * @param limit the most to give; fewer are given where they are large, but one at least if there is one
     */
    public Uni<EventPage> eventsAfter(long cursor, int limit) {
        return questions.ask(reader -> reader.eventsAfter(cursor, limit));
    }

    /** The cursor of the newest change there ever was; 0 if there was none. */
    public Uni<Long> lastCursor() {
        return questions.ask(LedgerReader::lastCursor);
    }

    /** Where to go on reading a topic; empty if it was never read. */
    public Uni<OptionalLong> nextOffset(String topic, int partition) {
        return questions.ask(reader -> reader.nextOffset(topic, partition));
    }

    /**
     * The partitions of the verdicts topic on which answers may still come. A higher rank may revise what has ended for as long as the
     * topic keeps its answer.
     */
    public Uni<Set<Integer>> awaitedPartitions() {
        return questions.ask(reader -> reader.awaitedPartitions(running.millis() - ttlMillis - VERDICTS_KEPT_MILLIS));
    }

    /** A part of what was sent, or is parked, and waits for its answer on a partition: of the places in the ledger's order behind one. */
    Uni<AwaitedAnswers> awaitedAnswers(int partition, long after) {
        return questions.ask(reader -> reader.awaitedAnswers(partition, after));
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
                        listeners.pending();
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
        return questions.ask(reader -> {
            reader.latestVerdicts(limit, each);
            return null;
        });
    }

    /** Does what is to be done from time to time, from now on. */
    void startKeepingHouse() {
        housekeeping.start();
    }

    /** Does it once; see {@link Housekeeping#goRound}. */
    CompletableFuture<Void> keepHouse() {
        return housekeeping.goRound();
    }

    /** How long the oldest of what waits to be sent has been waiting, by running time; empty if nothing waits. */
    public Uni<Optional<Duration>> oldestWaiting() {
        return questions.ask(reader -> {
            OptionalLong promised = reader.oldestWaiting();
            return promised.isEmpty()
                    ? Optional.empty()
                    // A crash sets the running time back by a minute at most.
                    : Optional.of(Duration.ofMillis(Math.max(0, running.millis() - promised.getAsLong())));
        });
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
        listeners.onPending(listener);
    }

    /** Calls back after every commit of changes with the ids of what changed, on threads as {@link #onPending} does. */
    public void onEvent(Consumer<List<String>> listener) {
        listeners.onEvent(listener);
    }

    public void removeEventListener(Consumer<List<String>> listener) {
        listeners.removeEventListener(listener);
    }

    /** Calls back with the ids of what ended long ago, before it is removed; on a ledger thread. */
    public void onForgetting(Consumer<Set<String>> listener) {
        listeners.onForgetting(listener);
    }

    /** Commits what is waiting and closes the files. */
    @Override
    public void close() {
        housekeeping.stop();
        questions.refuse();
        try {
            CompletableFuture<Void> stored = housekeeping.storeRunningTime();
            questions.awaitEnd();
            writer.close();
            if (stored.isCompletedExceptionally()) {
                LOG.warn(
                        "The last minute of the ledger's running time is not stored: what waits may wait longer by it");
            }
            questions.close();
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
