package io.tiergate.edge.escalation;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.tiergate.edge.link.KafkaLink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.jboss.logging.Logger;

/**
 * Drains the outbox to Kafka whenever it can: reported labels and samples, each oldest first. A broker that is away is a normal state: one record at a time is
 * tried, with growing pauses, until one gets through.
 *
 * <p>The stream is pulled by the Kafka channel's demand and filled from the ledger, so no queue can overflow and a restart
 * loses nothing: a record is noted as sent only after the broker has acknowledged it.
 */
public final class Relay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final int PAGE = 64;
    private static final Duration IDLE = Duration.ofSeconds(5);
    /** Less than a batch of the Kafka client waits to fill. */
    private static final Duration GATHERING = Duration.ofMillis(5);

    private static final Duration REOPENING = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final CloudEventHeaders headers;
    private final RelayBreaker breaker = new RelayBreaker();
    private final RelayWindow window = new RelayWindow();
    /** Completed when there may be something to do; replaced by each waiter. */
    private final AtomicReference<CompletableFuture<Void>> wakeUp = new AtomicReference<>(new CompletableFuture<>());

    private volatile boolean closed;

    /**
     * @param source names this gateway in the records' CloudEvents headers
     */
    public Relay(Ledger ledger, String source) {
        this.ledger = ledger;
        this.headers = new CloudEventHeaders(source);
    }

    public RelayState state() {
        return breaker.state();
    }

    /** Starts to send; goes on until the link is closed. */
    public void start(KafkaLink link, String topic, int maxInFlight) {
        breaker.started();
        ledger.onPending(this::wake);
        open(link, topic, maxInFlight);
    }

    private void open(KafkaLink link, String topic, int maxInFlight) {
        AtomicBoolean reopened = new AtomicBoolean();
        Multi<Message<byte[]>> messages = Multi.createBy()
                .repeating()
                .uni(this::nextPage)
                .indefinitely()
                .onItem()
                .<PendingRecord>disjoint()
                .map(this::message)
                // The channel cancels when it fails, and also when the gateway stops: then there is nobody left to open
                // one for.
                .onTermination()
                .invoke((failure, cancelled) -> {
                    if (!closed && !reopened.getAndSet(true)) {
                        LOG.warnf("Escalations cannot be sent on this channel any more, opening another: %s", failure);
                        window.reset();
                        Uni.createFrom()
                                .voidItem()
                                .onItem()
                                .delayIt()
                                .by(REOPENING)
                                .subscribe()
                                .with(nothing -> open(link, topic, maxInFlight));
                    }
                });
        link.send(topic, maxInFlight, messages);
    }

    /** Sends nothing any more. */
    @Override
    public void close() {
        closed = true;
    }

    /** The next records to send; an empty page once in a while when there are none. */
    private Uni<List<PendingRecord>> nextPage() {
        return switch (breaker.state()) {
            case CLOSED -> window.isFull() ? idle() : page(PAGE);
            case OPEN ->
                Uni.createFrom()
                        .voidItem()
                        .onItem()
                        .delayIt()
                        .by(breaker.pause())
                        .invoke(breaker::tried)
                        .chain(() -> window.isEmpty() ? page(1) : idle());
            case HALF_OPEN -> window.isEmpty() ? page(1) : idle();
            case OFF -> throw new IllegalStateException("relay was not started");
        };
    }

    private Uni<List<PendingRecord>> page(int limit) {
        CompletableFuture<Void> woken = new CompletableFuture<>();
        wakeUp.set(woken);
        RelayWindow.Start start = window.start();
        return ledger.pendingAfter(start, limit)
                .map(found -> window.claim(start, found))
                .onFailure()
                .invoke(failure -> LOG.warnf("Outbox could not be read: %s", failure.getMessage()))
                .onFailure()
                .recoverWithItem(List.of())
                .chain(found -> found.isEmpty() ? idle(woken) : Uni.createFrom().item(found));
    }

    private Uni<List<PendingRecord>> idle() {
        CompletableFuture<Void> woken = new CompletableFuture<>();
        wakeUp.set(woken);
        // What was under way may have ended before anybody could be woken.
        return window.isEmpty() ? Uni.createFrom().item(List.of()) : idle(woken);
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
        // A note that fails to reach the disk means at worst that the record is sent again after a restart; the cloud
        // knows copies.
        return ledger.sent(record.place())
                .onItemOrFailure()
                .invoke((nothing, failure) -> done(record))
                .onFailure()
                .recoverWithNull()
                .subscribeAsCompletionStage();
    }

    private CompletionStage<Void> refused(PendingRecord record, Throwable failure) {
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
            done(record);
        }
    }

    private void done(PendingRecord record) {
        window.done(record);
        wake();
    }

    private void wake() {
        wakeUp.get().complete(null);
    }
}
