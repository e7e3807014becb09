package io.tiergate.serving.inference;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
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
     * Runs work on an inference thread. Cancelled before its turn it leaves the queue at once.
     *
     * @param model kept in memory until the work is done
     * @param bytes what the work keeps in memory until it is done
     * @return completes on that thread; fails at once with {@link QueueFullException} if too many, or too many bytes, wait, and with
     *     {@link ModelNotReadyException} if the model has been unloaded
     */
    public <T> Uni<T> run(Servable model, long bytes, Callable<T> work) {
        return Uni.createFrom().emitter(emitter -> {
            if (!model.retain()) {
                emitter.fail(ModelNotReadyException.unloaded(model));
                return;
            }
            if (!admit(bytes)) {
                model.release();
                emitter.fail(new QueueFullException(queueCapacity));
                return;
            }
            Task<T> task = new Task<>(model, bytes, work, emitter);
            emitter.onTermination(task::cancel);
            try {
                threads.execute(task);
            } catch (RejectedExecutionException e) {
                task.cancel();
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

    /** Calls that wait for a thread. */
    public int waiting() {
        return threads.getQueue().size();
    }

    /** Bytes of all calls that wait or run. */
    public long admittedBytes() {
        return admittedBytes.get();
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

    private final class Task<T> implements Runnable {
        private final Servable model;
        private final long bytes;
        private final Callable<T> work;
        private final UniEmitter<? super T> emitter;
        /** Claimed by whoever is first: the thread that runs the task, or the caller who takes it back. */
        private final AtomicBoolean claimed = new AtomicBoolean();

        private Task(Servable model, long bytes, Callable<T> work, UniEmitter<? super T> emitter) {
            this.model = model;
            this.bytes = bytes;
            this.work = work;
            this.emitter = emitter;
        }

        @Override
        public void run() {
            if (!claimed.compareAndSet(false, true)) {
                return;
            }
            try {
                emitter.complete(work.call());
            } catch (Throwable e) {
                // An Error too: the caller must not wait for ever.
                emitter.fail(e);
            } finally {
                leave();
            }
        }

        /** Cancelled, past its deadline or refused: not worth a run any more. Without effect once the task runs. */
        void cancel() {
            if (claimed.compareAndSet(false, true)) {
                threads.remove(this);
                leave();
            }
        }

        private void leave() {
            admittedBytes.addAndGet(-bytes);
            model.release();
        }
    }
}
