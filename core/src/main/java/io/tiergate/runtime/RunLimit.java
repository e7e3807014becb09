package io.tiergate.runtime;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Ends one run that takes too long, on the thread on which it runs: ONNX Runtime looks between two operators whether it shall go on. So
 * nothing is left behind that would go on by itself.
 */
final class RunLimit implements AutoCloseable {
    /** For all runs: an alarm only sets a flag. */
    private static final ScheduledThreadPoolExecutor ALARMS = alarms();

    private final OrtSession.RunOptions options;
    private final Future<?> alarm;
    private boolean reached;
    private boolean closed;

    /** @throws OrtException if there is no memory for it */
    RunLimit(Duration most) throws OrtException {
        options = new OrtSession.RunOptions();
        alarm = ALARMS.schedule(this::reach, most.toNanos(), TimeUnit.NANOSECONDS);
    }

    private static ScheduledThreadPoolExecutor alarms() {
        ScheduledThreadPoolExecutor alarms = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("run-limit").daemon().factory());
        // Nearly every run is in time, and an alarm holds on to its run's native options.
        alarms.setRemoveOnCancelPolicy(true);
        return alarms;
    }

    /** For the run, until this is closed. */
    OrtSession.RunOptions options() {
        return options;
    }

    /** Whether the run was told to end. It may have come to its own end all the same. */
    synchronized boolean isReached() {
        return reached;
    }

    private synchronized void reach() {
        if (closed) {
            return;
        }
        reached = true;
        try {
            options.setTerminate(true);
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime cannot end a run", e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        alarm.cancel(false);
        options.close();
    }
}
