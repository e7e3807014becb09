package io.tiergate.edge.inference;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The bounded pool on which models run: the one place where a request leaves the event loop for blocking work. */
public final class InferencePool implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final int queueCapacity;

    public InferencePool(int threads, int queueCapacity) {
        this.queueCapacity = queueCapacity;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueCapacity),
                Thread.ofPlatform().name("inference-", 0).factory());
    }

    /**
     * Runs work on an inference thread, unless the result is cancelled before its turn comes.
     *
     * @return completes on that thread; fails at once with {@link QueueFullException} if too many wait
     */
    public <T> Uni<T> run(Callable<T> work) {
        return Uni.createFrom().emitter(emitter -> {
            AtomicBoolean gone = new AtomicBoolean();
            emitter.onTermination(() -> gone.set(true));
            try {
                threads.execute(() -> {
                    if (gone.get()) {
                        return; // Cancelled, or past its deadline: not worth a run any more.
                    }
                    try {
                        emitter.complete(work.call());
                    } catch (Exception e) {
                        emitter.fail(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                emitter.fail(new QueueFullException(queueCapacity));
            }
        });
    }

    public int size() {
        return threads.getCorePoolSize();
    }

    /** Lets what runs finish. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
