package io.tiergate.local.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** From one call of start to the stop that ends it, however many children it takes. */
final class ProcessRun {
    static final ProcessRun ENDED = ended();

    final CountDownLatch stopAsked = new CountDownLatch(1);
    final CountDownLatch finished = new CountDownLatch(1);
    volatile CompletableFuture<String> ready = new CompletableFuture<>();
    volatile ChildProcess child;

    private static ProcessRun ended() {
        ProcessRun run = new ProcessRun();
        run.abandon();
        run.finished.countDown();
        run.ready.completeExceptionally(new ChildFailedException("it has not been started"));
        return run;
    }

    boolean wanted() {
        return stopAsked.getCount() > 0;
    }

    void abandon() {
        stopAsked.countDown();
    }

    /** Starts a child unless a stop came first: none is left behind that the stop has not seen. */
    synchronized ChildProcess start(ChildCommand command) throws IOException {
        if (!wanted()) {
            throw new ChildFailedException(command.name() + " was stopped");
        }
        child = ChildProcess.start(command);
        return child;
    }

    /** Whoever asks from now on waits for the next child; who is waiting already waits for that one too. */
    synchronized void notReady() {
        if (ready.isDone()) {
            ready = new CompletableFuture<>();
        }
    }

    boolean wasKilled() {
        return child != null && child.wasKilledFromOutside();
    }

    void pause(Duration pause) throws InterruptedException {
        stopAsked.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    void end() {
        ChildProcess last;
        synchronized (this) {
            stopAsked.countDown();
            last = child;
        }
        try {
            if (last != null) {
                last.stop();
            }
            finished.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (last != null) {
                last.kill();
            }
        }
    }
}
