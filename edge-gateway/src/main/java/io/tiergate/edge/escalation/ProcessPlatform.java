package io.tiergate.edge.escalation;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of the ledger's own, and shares of this process's heap. */
record ProcessPlatform(RunningTime.Clocks clocks) implements LedgerPlatform {
    private static final int LARGEST_READ_QUEUE = 1024;

    @Override
    public Runnable startWriting(LedgerWriter writer) {
        Thread thread = Thread.ofPlatform().name("ledger-writer").start(writer::loop);
        return () -> {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
    }

    @Override
    public ExecutorService reader() {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(LARGEST_READ_QUEUE),
                Thread.ofPlatform().name("ledger-reader").factory());
    }

    @Override
    public ScheduledExecutorService housekeeper() {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("ledger-housekeeper").daemon().factory());
    }

    @Override
    public long recentBytes() {
        return Math.min(16L << 20, Runtime.getRuntime().maxMemory() / 64);
    }

    @Override
    public long uncommittedBytes() {
        return Math.max(1L << 20, Runtime.getRuntime().maxMemory() / 16);
    }
}
