package io.tiergate.edge.escalation;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * What a ledger does from time to time: it expires what has waited too long, forgets what ended long ago, and stores the running time. In
 * small groups, so that promises which wait behind them do not notice.
 */
final class Housekeeping {
    private static final Logger LOG = Logger.getLogger(Housekeeping.class);
    private static final int EVERY_SECONDS = 10;
    private static final long STORED_EVERY_MILLIS = 60_000;
    private static final int EXPIRED_AT_ONCE = 64;
    private static final int FORGOTTEN_AT_ONCE = 64;
    private static final CompletableFuture<Void> NOTHING_TO_DO = CompletableFuture.completedFuture(null);

    private final long ttlMillis;
    private final long historyMillis;
    private final RunningTime running;
    private final LedgerWriter writer;
    private final Questions questions;
    private final LedgerListeners listeners;
    private final ScheduledExecutorService timer;
    /** The running time when it was last stored; used by one round at a time. */
    private volatile long storedMillis;

    Housekeeping(
            OutboxConfig config,
            RunningTime running,
            LedgerWriter writer,
            Questions questions,
            LedgerListeners listeners,
            ScheduledExecutorService timer) {
        this.ttlMillis = config.ttl().toMillis();
        this.historyMillis = config.history().toMillis();
        this.running = running;
        this.writer = writer;
        this.questions = questions;
        this.listeners = listeners;
        this.timer = timer;
        this.storedMillis = running.millis();
    }

    /** Goes round from now on. */
    void start() {
        Future<?> unused = timer.schedule(this::goRoundAgainAndAgain, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    private void goRoundAgainAndAgain() {
        Future<?> unused = goRound().thenRun(() -> {
            if (!timer.isShutdown()) {
                start();
            }
        });
    }

    /**
     * Does once what is due. Must not be begun before an earlier round is over.
     *
     * @return never fails
     */
    CompletableFuture<Void> goRound() {
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
                    listeners.changed(expired);
                    return expired.size() >= EXPIRED_AT_ONCE ? expire() : NOTHING_TO_DO;
                });
    }

    private CompletableFuture<Void> forget() {
        long happenedUpToMillis = running.millis() - historyMillis;
        return questions
                .ask(reader -> reader.endedUpTo(happenedUpToMillis, FORGOTTEN_AT_ONCE))
                .subscribeAsCompletionStage()
                .thenCompose(ended -> {
                    // Before they are gone: nobody shall be shown an id that cannot be asked for.
                    listeners.forgetting(ended);
                    return writer.submitPatiently(
                            transaction -> transaction.forget(happenedUpToMillis, FORGOTTEN_AT_ONCE));
                })
                .thenCompose(forgotten -> forgotten >= FORGOTTEN_AT_ONCE ? forget() : NOTHING_TO_DO);
    }

    private CompletableFuture<Void> noteRunningTime() {
        long now = running.millis();
        return storeRunningTime().thenAccept(stored -> storedMillis = now);
    }

    /** Stores the running time as it is now. */
    CompletableFuture<Void> storeRunningTime() {
        return writer.submitPatiently(transaction -> {
            transaction.storeRunningTime();
            return null;
        });
    }

    /** Begins no other round. */
    void stop() {
        timer.shutdownNow();
    }
}
