package io.tiergate.edge.inference;

import io.smallrye.mutiny.Uni;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The bounded pool on which models run: the one place where a request leaves the event loop for blocking work. */
public final class InferencePool implements AutoCloseable {
    private final ThreadPoolExecutor threads;
    private final int queueCapacity;
    private final long maxAdmittedBytes = Runtime.getRuntime().maxMemory() / 4;
    private final AtomicLong admittedBytes = new AtomicLong();

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
     * @param bytes what the work keeps in memory until it is done
     * @return completes on that thread; fails at once with {@link QueueFullException} if too many, or too many bytes, wait
     */
    public <T> Uni<T> run(long bytes, Callable<T> work) {
        return Uni.createFrom().emitter(emitter -> {
            if (!admit(bytes)) {
                emitter.fail(new QueueFullException(queueCapacity));
                return;
            }
            AtomicBoolean gone = new AtomicBoolean();
            emitter.onTermination(() -> gone.set(true));
            try {
                threads.execute(() -> {
                    try {
                        // Cancelled, or past its deadline: not worth a run any more.
                        if (!gone.get()) {
                            emitter.complete(work.call());
                        }
                    } catch (Throwable e) {
                        // An Error too: the caller must not wait for ever.
                        emitter.fail(e);
                    } finally {
                        admittedBytes.addAndGet(-bytes);
                    }
                });
            } catch (RejectedExecutionException e) {
                admittedBytes.addAndGet(-bytes);
                emitter.fail(new QueueFullException(queueCapacity));
            }
        });
    }

    /** One call always gets in; more of them only while they fit into their share of the heap. */
    private boolean admit(long bytes) {
        long admitted = admittedBytes.addAndGet(bytes);
        if (admitted > maxAdmittedBytes && admitted > bytes) {
            admittedBytes.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    public int size() {
        return threads.getCorePoolSize();
    }

    /**
     * Lets what runs finish.
     *
     * @throws IllegalStateException if a run does not end in time; its model must then not be closed under it
     */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a model still runs after 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a model may still run", e);
        }
    }
}
