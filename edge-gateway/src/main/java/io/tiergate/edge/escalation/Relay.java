package io.tiergate.edge.escalation;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.tiergate.edge.link.Channels;
import java.time.Duration;
import java.util.function.Consumer;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Drains the outbox to Kafka whenever it can and may: reported labels, oldest first, and samples, most valuable first. A broker that is away is a normal
 * state: one record at a time is tried, with growing pauses, until one gets through.
 *
 * <p>The stream is pulled by the Kafka channel's demand and filled from the ledger, so no queue can overflow and a restart
 * loses nothing: a record is noted as sent only after the broker has acknowledged it.
 */
public final class Relay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final Duration REOPENING = Duration.ofSeconds(5);

    private final Ledger ledger;
    private final CloudEventHeaders headers;
    private final RelayBreaker breaker;
    private final RelayPace pace;

    /** The one that sends; null before there is one. */
    private volatile RelayChannel channel;

    private volatile boolean closed;

    /**
     * @param source names this gateway in the records' CloudEvents headers
     */
    public Relay(Ledger ledger, String source, RelayConfig config) {
        this(ledger, source, RelayPace.of(config), RunningTime.Clocks.SYSTEM);
    }

    /** The same on other clocks. */
    Relay(Ledger ledger, String source, RelayPace pace, RunningTime.Clocks clocks) {
        this.ledger = ledger;
        this.headers = new CloudEventHeaders(source);
        this.pace = pace;
        this.breaker = new RelayBreaker("Broker", clocks.nanos());
    }

    /** When it may send, and how much. */
    RelayPace pace() {
        return pace;
    }

    public RelayState state() {
        RelayState state = breaker.state();
        return state != RelayState.OFF && pace.isClosed() ? RelayState.PAUSED : state;
    }

    /** When something is sent or tried again, from now on; zero unless the state is {@code OPEN} or {@code PAUSED}. */
    public Duration untilNextTry() {
        return switch (state()) {
            case OPEN -> breaker.untilNextTry();
            case PAUSED -> pace.untilOpen();
            case OFF, CLOSED, HALF_OPEN -> Duration.ZERO;
        };
    }

    /** Starts to send; goes on until the link is closed. */
    public void start(Channels link, String topic, int maxInFlight) {
        start(messages -> link.send(topic, maxInFlight, messages), Relay::later);
    }

    /**
     * @param broker opens a channel that sends what a stream gives
     * @param later runs something after a pause, on a thread of its own
     */
    void start(Consumer<Multi<Message<byte[]>>> broker, Consumer<Runnable> later) {
        breaker.started();
        ledger.onPending(this::wake);
        open(broker, later);
    }

    private void open(Consumer<Multi<Message<byte[]>>> broker, Consumer<Runnable> later) {
        if (closed) {
            return;
        }
        RelayChannel opened = new RelayChannel(ledger, breaker, pace, headers);
        channel = opened;
        // The channel cancels when it fails, and also when the gateway stops: then there is nobody left to open one
        // for.
        broker.accept(opened.messages().onTermination().invoke((failure, cancelled) -> {
            if (opened.end() && !closed) {
                LOG.warnf("Escalations cannot be sent on this channel any more, opening another: %s", failure);
                later.accept(() -> open(broker, later));
            }
        }));
    }

    private void wake() {
        RelayChannel sending = channel;
        if (sending != null) {
            sending.wake();
        }
    }

    private static void later(Runnable task) {
        Uni.createFrom().voidItem().onItem().delayIt().by(REOPENING).subscribe().with(nothing -> task.run());
    }

    /** Sends nothing any more. */
    @Override
    public void close() {
        closed = true;
    }
}
