package io.tiergate.local.process;

import io.tiergate.local.process.ProcessEvent.Ended;
import io.tiergate.local.process.ProcessEvent.GaveUp;
import io.tiergate.local.process.ProcessEvent.Ready;
import io.tiergate.local.process.ProcessEvent.Starting;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Keeps one child alive: started again, with the same command line, whenever it ends without having been asked to.
 *
 * <p>A child that fails at its first start is not tried again, since what it complains about will not go away by itself;
 * one that was killed is. Later it is given up only after {@value #FAILURES_BEFORE_GIVING_UP} failures in a row; to have
 * been killed while it served is no failure. Safe for use by several threads.
 */
public final class SupervisedProcess {
    private static final int FAILURES_BEFORE_GIVING_UP = 5;
    private static final Duration STEADY_AFTER = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

    private final ChildCommand command;
    private final Consumer<ProcessEvent> listener;

    // All below are guarded by this object's monitor.
    private ProcessRun run = ProcessRun.ENDED;
    private int restarts;

    /** @param listener called on the supervising thread; it must return soon */
    public SupervisedProcess(ChildCommand command, Consumer<ProcessEvent> listener) {
        this.command = command;
        this.listener = listener;
    }

    /**
     * Starts the child and waits until it serves. Does nothing if it is running.
     *
     * @throws ChildFailedException if it does not come up
     */
    public void start() throws IOException, InterruptedException {
        launch();
        awaitReady(command.readyWithin().plusSeconds(1));
    }

    /** Starts the child without waiting for it. Does nothing if it is running. */
    public synchronized void launch() {
        if (!run.wanted()) {
            run = new ProcessRun();
            ProcessRun started = run;
            Thread.ofPlatform().name("supervise-" + command.name()).daemon().start(() -> supervise(started));
        }
    }

    /**
     * Waits until the child serves; returns at once if it does.
     *
     * @return the line it said so with
     * @throws ChildFailedException if it was given up, was stopped, or is not there in time
     */
    public String awaitReady(Duration within) throws IOException, InterruptedException {
        try {
            return currentReady().get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new ChildFailedException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new ChildFailedException(
                    "%s was not ready within %d s; its log: %s"
                            .formatted(command.name(), within.toSeconds(), logFile()),
                    e);
        }
    }

    /** Stops the child in order and returns once it has ended. It can be started again. */
    public void stop() {
        ProcessRun stopped;
        synchronized (this) {
            stopped = run;
            run = ProcessRun.ENDED;
        }
        stopped.end();
    }

    /** Kills the child, as {@code kill -9} does; it is then started again, for which {@link #awaitReady} waits. */
    public void kill() {
        ProcessRun killed = currentRun();
        ChildProcess child = killed.child;
        if (child != null) {
            killed.notReady();
            child.kill();
        }
    }

    public String name() {
        return command.name();
    }

    public java.nio.file.Path logFile() {
        return command.logFile();
    }

    /** How often it was started again. */
    public synchronized int restarts() {
        return restarts;
    }

    /** Whether the child is up and serves. */
    public boolean isReady() {
        CompletableFuture<String> ready = currentReady();
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /** Process id of the child now running. */
    public long pid() {
        ChildProcess child = currentRun().child;
        if (child == null || !child.isAlive()) {
            throw new IllegalStateException(command.name() + " is not running");
        }
        return child.pid();
    }

    private synchronized ProcessRun currentRun() {
        return run;
    }

    private CompletableFuture<String> currentReady() {
        return currentRun().ready;
    }

    private void supervise(ProcessRun mine) {
        try {
            int failures = 0;
            boolean again = false;
            while (mine.wanted()) {
                long startNanos = System.nanoTime();
                boolean served = false;
                int exitCode = 0;
                try {
                    listener.accept(new Starting(command.name(), again));
                    ChildProcess child = mine.start(command);
                    String line = child.awaitReady();
                    listener.accept(new Ready(command.name(), since(startNanos), line));
                    mine.ready.complete(line);
                    served = true;
                    exitCode = child.awaitEnd();
                } catch (IOException e) {
                    if (!mine.wanted()) {
                        return;
                    }
                    failures++;
                    if (!again && !mine.wasKilled()) {
                        // Whoever started it gets this told.
                        fail(mine, e.getMessage());
                        return;
                    }
                    if (failures >= FAILURES_BEFORE_GIVING_UP) {
                        giveUp(mine, e.getMessage());
                        return;
                    }
                }
                if (!mine.wanted()) {
                    return;
                }
                mine.notReady();
                if (served) {
                    boolean steady = since(startNanos).compareTo(STEADY_AFTER) > 0 || exitCode == ChildProcess.KILLED;
                    failures = steady ? 0 : failures + 1;
                    listener.accept(new Ended(command.name(), exitCode));
                    if (failures >= FAILURES_BEFORE_GIVING_UP) {
                        giveUp(mine, command.name() + " ends again and again; its log: " + logFile());
                        return;
                    }
                }
                again = true;
                countRestart();
                mine.pause(FIRST_PAUSE.multipliedBy(1L << failures));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            mine.ready.completeExceptionally(new ChildFailedException(command.name() + " was stopped"));
            mine.finished.countDown();
        }
    }

    private void giveUp(ProcessRun mine, String reason) {
        fail(mine, reason);
        listener.accept(new GaveUp(command.name(), reason));
    }

    private static void fail(ProcessRun mine, String reason) {
        mine.ready.completeExceptionally(new ChildFailedException(reason));
        mine.abandon();
    }

    private synchronized void countRestart() {
        restarts++;
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
