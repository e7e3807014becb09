package io.tiergate.edge.escalation;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Asks the cloud again where no answer came: its verdict may be lost, or its question. The cloud answers a question that it knows from what
 * it has stored. What is asked again waits in the outbox like everything else, as the next attempt.
 */
public final class AskingAgain implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AskingAgain.class);
    private static final Duration EVERY = Duration.ofSeconds(10);
    /** Few enough that promises which wait behind them do not notice. */
    private static final int GROUP = 64;
    /** While so many wait to be sent, no more are added. */
    private static final int MOST_WAITING = 1024;

    /** Why it is asked again. */
    public enum Reason {
        /** No answer came within the time. */
        NO_VERDICT,
        /** The answer may have been deleted from its topic before it was read. */
        RETENTION_OVERRUN
    }

    /** Told how many were asked about again. */
    public interface Counter {
        void asked(Reason reason, int count);
    }

    private final Ledger ledger;
    private final Supplier<RelayState> relay;
    private final AskingPause pause;
    private final Counter counter;
    private volatile Cancellable rounds = () -> {};

    public AskingAgain(Ledger ledger, Relay relay, RelayConfig config, Counter counter) {
        this(ledger, relay::state, new AskingPause(config.askAgainAfter()), counter);
    }

    AskingAgain(Ledger ledger, Supplier<RelayState> relay, AskingPause pause, Counter counter) {
        this.ledger = ledger;
        this.relay = relay;
        this.pause = pause;
        this.counter = counter;
    }

    /** Looks from now on, every few seconds, for what got no answer. */
    public void start() {
        rounds = Multi.createFrom()
                .ticks()
                .every(EVERY)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> round())
                .subscribe()
                .with(nothing -> {}, failure -> LOG.error("Nothing is asked again any more", failure));
    }

    /** Asks again what is due, if the broker takes records: while it is away, answers cannot come either. */
    Uni<Void> round() {
        // A loop: as a recursion it would be as deep as what waits is long.
        return Multi.createBy()
                .repeating()
                .uni(this::group)
                .whilst(asked -> asked == GROUP)
                .onItem()
                .ignoreAsUni()
                .onFailure()
                .recoverWithUni(failure -> {
                    LOG.warnf("What got no answer is asked again later: %s", failure.getMessage());
                    return Uni.createFrom().voidItem();
                });
    }

    private Uni<Integer> group() {
        LedgerCounts counts = ledger.counts();
        boolean over = relay.get() != RelayState.CLOSED
                || counts.in(EscalationState.SENT) == 0
                || counts.in(EscalationState.PENDING) >= MOST_WAITING;
        return over
                ? Uni.createFrom().item(0)
                : ledger.askAgain(pause, GROUP).invoke(asked -> count(Reason.NO_VERDICT, asked));
    }

    /**
     * Asks again everything whose answer is to come on a partition, in small steps. If it ends halfway it is to be done again.
     */
    public Uni<Void> everythingOn(int partition) {
        return Multi.createBy()
                .repeating()
                .uni(AtomicLong::new, after -> ledger.awaitedAnswers(partition, after.get())
                        .call(found -> ask(found.ids()))
                        .invoke(found -> after.set(found.upTo())))
                .whilst(AwaitedAnswers::more)
                .onItem()
                .ignoreAsUni();
    }

    private Uni<Void> ask(List<String> ids) {
        return Multi.createFrom()
                .iterable(ids)
                .group()
                .intoLists()
                .of(GROUP)
                .onItem()
                .transformToUniAndConcatenate(
                        group -> ledger.askAgain(group).invoke(asked -> count(Reason.RETENTION_OVERRUN, asked)))
                .onItem()
                .ignoreAsUni();
    }

    private void count(Reason reason, int asked) {
        if (asked > 0) {
            counter.asked(reason, asked);
        }
    }

    @Override
    public void close() {
        rounds.cancel();
    }
}
