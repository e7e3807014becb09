package io.tiergate.edge.escalation;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;

/**
 * What the relay sends on one channel. The window is the channel's own: a page may still be claimed
 * while the channel ends, and would be under way for ever in a window that outlives it.
 */
final class RelayChannel {
    private static final Logger LOG = Logger.getLogger(RelayChannel.class);
    private static final int PAGE = 64;
    private static final Duration IDLE = Duration.ofSeconds(5);
    /** Less than a batch of the Kafka client waits to fill. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    private final Ledger ledger;
    private final RelayBreaker breaker;
    private final RelayPace pace;
    private final CloudEventHeaders headers;
    private final RelayWindow window = new RelayWindow();
    /** Completed when there may be something to do; replaced by each waiter. */
    private final AtomicReference<CompletableFuture<Void>> wakeUp = new AtomicReference<>(new CompletableFuture<>());

    private final AtomicBoolean ended = new AtomicBoolean();

    RelayChannel(Ledger ledger, RelayBreaker breaker, RelayPace pace, CloudEventHeaders headers) {
        this.ledger = ledger;
        this.breaker = breaker;
        this.pace = pace;
        this.headers = headers;
    }

    /** The endless stream of what is to be sent, for one subscriber, as it asks for it. */
    Multi<Message<byte[]>> messages() {
        return Multi.createBy()
                .repeating()
                .uni(this::nextPage)
                .indefinitely()
                .onItem()
                .<PendingRecord>disjoint()
                .map(this::message);
    }

    /**
     * Nothing is sent on this channel any more. What the broker has taken on it is noted all the same when it says so.
     *
     * @return false if it had ended before
     */
    boolean end() {
        return !ended.getAndSet(true);
    }

    /** The next records to send; an empty page once in a while when there are none. */
    private Uni<List<PendingRecord>> nextPage() {
        Duration pause = pace.pause();
        return pause.isPositive()
                ? Uni.createFrom()
                        .item(List.<PendingRecord>of())
                        .onItem()
                        .delayIt()
                        .by(pause)
                : openPage();
    }

    private Uni<List<PendingRecord>> openPage() {
        if (!ledger.isFailing()) {
            window.notesAreMade();
        }
        return switch (breaker.state()) {
            case CLOSED -> window.isFull() ? idleWhile(window::isFull) : page(PAGE);
            case OPEN ->
                Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(breaker.pause())
                        .invoke(breaker::tried)
                        .chain(this::trial);
            case HALF_OPEN -> trial();
            case OFF, PAUSED -> throw new IllegalStateException("relay was not started");
        };
    }

    private Uni<List<PendingRecord>> trial() {
        return window.isEmpty() ? page(1) : idleWhile(() -> !window.isEmpty());
    }

    private Uni<List<PendingRecord>> page(int limit) {
        CompletableFuture<Void> woken = new CompletableFuture<>();
        wakeUp.set(woken);
        return ledger.pending(window.page(limit, pace.allowance()))
                .map(this::claim)
                .onFailure()
                .invoke(failure -> LOG.warnf("Outbox could not be read: %s", failure.getMessage()))
                .onFailure()
                .recoverWithItem(List.of())
                .chain(found -> found.isEmpty() ? idle(woken) : Uni.createFrom().item(found));
    }

    private List<PendingRecord> claim(List<PendingRecord> found) {
        List<PendingRecord> claimed = window.claim(found);
        pace.spent(claimed.stream().mapToLong(PendingRecord::sizeBytes).sum());
        return claimed;
    }

    private Uni<List<PendingRecord>> idleWhile(BooleanSupplier busy) {
        CompletableFuture<Void> woken = new CompletableFuture<>();
        wakeUp.set(woken);
        // What was under way may have ended before anybody could be woken.
        return busy.getAsBoolean() ? idle(woken) : Uni.createFrom().item(List.of());
    }

    private static Uni<List<PendingRecord>> idle(CompletableFuture<Void> woken) {
        return Uni.createFrom()
                .completionStage(woken)
                .ifNoItem()
                .after(IDLE)
                .recoverWithItem((Void) null)
                // What else is promised meanwhile goes with it; and off the waker's thread, which may be the ledger's.
                .onItem()
                .delayIt()
                .by(GATHERING)
                .replaceWith(List.of());
    }

    private Message<byte[]> message(PendingRecord record) {
        var kafka = OutgoingKafkaRecordMetadata.<String>builder()
                .withKey(record.id())
                .withHeaders(headers.of(record))
                .build();
        return Message.of(
                record.value(), Metadata.of(kafka), () -> acknowledged(record), failure -> refused(record, failure));
    }

    private CompletionStage<Void> acknowledged(PendingRecord record) {
        breaker.acknowledged();
        // A note that the disk refuses means at worst that the record is sent again; the cloud knows copies. The
        // channel asks for no more records than may be under way until notes are made, so these are bounded.
        return ledger.sent(record.place())
                .onItemOrFailure()
                .invoke((nothing, failure) -> noted(record, failure))
                .onFailure()
                .recoverWithNull()
                .subscribeAsCompletionStage();
    }

    private CompletionStage<Void> refused(PendingRecord record, Throwable failure) {
        // Another channel sends the record now; what comes of it there counts.
        if (ended.get()) {
            return CompletableFuture.completedFuture(null);
        }
        if (failure instanceof RecordTooLargeException) {
            LOG.warnf("Sample is too large for the broker: escalation=%s reason=%s", record.id(), failure.getMessage());
            return ledger.tooLarge(record, failure.getMessage())
                    .onItemOrFailure()
                    .invoke((nothing, unnoted) -> tooLarge(record, unnoted))
                    .onFailure()
                    .recoverWithNull()
                    .subscribeAsCompletionStage();
        }
        breaker.refused(failure);
        window.refused(record);
        wake();
        return CompletableFuture.completedFuture(null);
    }

    private void tooLarge(PendingRecord record, Throwable unnoted) {
        if (record.place().label() && unnoted == null) {
            // What is left of it is small.
            window.refused(record);
            wake();
        } else {
            noted(record, unnoted);
        }
    }

    private void noted(PendingRecord record, Throwable failure) {
        if (failure == null) {
            done(record);
        } else {
            window.unnoted(record);
            wake();
        }
    }

    private void done(PendingRecord record) {
        window.done(record);
        wake();
    }

    /** There may be something to do. */
    void wake() {
        wakeUp.get().complete(null);
    }
}
