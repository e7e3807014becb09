package io.tiergate.serving.inference;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.tiergate.runtime.ModelRun;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
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
    private final InferenceStatistics statistics;
    /** Only tells waiting requests that they have expired, which takes no time. */
    private final ScheduledThreadPoolExecutor expiries = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("inference-expiries").factory());

    /**
     * @param statistics told of every run, and of every request that got none
     */
    public InferencePool(int threads, int queueCapacity, InferenceStatistics statistics) {
        this.queueCapacity = queueCapacity;
        this.statistics = statistics;
        this.threads = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueCapacity),
                Thread.ofPlatform().name("inference-", 0).factory());
        expiries.setRemoveOnCancelPolicy(true);
    }

    /**
     * Runs work on an inference thread. Cancelled before its turn it leaves the queue at once.
     *
     * @param work runs the model once
     * @return completes on that thread; fails at once with {@link QueueFullException} if too many, or too many bytes, wait, and with
     *     {@link ModelNotReadyException} if the model has been unloaded; later with {@link RequestExpiredException} if its turn does not
     *     come in time
     */
    public <T> Uni<T> run(RunRequest request, Callable<ModelRun<T>> work) {
        return Uni.createFrom().emitter(emitter -> {
            Servable model = request.model();
            if (!model.retain()) {
                emitter.fail(ModelNotReadyException.unloaded(model));
                return;
            }
            ModelCounters counters = statistics.of(model);
            if (!admit(request.bytes())) {
                model.release();
                counters.failed(0);
                emitter.fail(new QueueFullException(queueCapacity));
                return;
            }
            Task<T> task = new Task<>(request, work, emitter, counters);
            emitter.onTermination(task::cancel);
            try {
                threads.execute(task);
                request.queueTimeout().ifPresent(task::expireAfter);
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

    /** Where every run is counted. */
    public InferenceStatistics statistics() {
        return statistics;
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
        expiries.shutdownNow();
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
        private final RunRequest request;
        private final Callable<ModelRun<T>> work;
        private final UniEmitter<? super T> emitter;
        private final ModelCounters counters;
        private final long arrivedNanos = System.nanoTime();
        /** Claimed by whoever is first: the thread that runs the task, or the caller who takes it back. */
        private final AtomicBoolean claimed = new AtomicBoolean();

        private volatile Future<?> expiry = CompletableFuture.completedFuture(null);

        private Task(
                RunRequest request, Callable<ModelRun<T>> work, UniEmitter<? super T> emitter, ModelCounters counters) {
            this.request = request;
            this.work = work;
            this.emitter = emitter;
            this.counters = counters;
        }

        @Override
        public void run() {
            if (!claim()) {
                return;
            }
            try {
                // The clock may be ahead of the thread that watches it.
                requireInTime();
                emitter.complete(measured());
            } catch (Throwable e) {
                // An Error too: the caller must not wait for ever.
                emitter.fail(e);
            } finally {
                leave();
            }
        }

        private T measured() throws Exception {
            long waitedNanos = sinceArrival();
            try {
                ModelRun<T> run = work.call();
                counters.succeeded(request.samples(), waitedNanos, sinceArrival(), run.times());
                return run.result();
            } catch (Throwable e) {
                counters.failed(sinceArrival());
                throw e;
            }
        }

        private void requireInTime() {
            request.queueTimeout()
                    .filter(timeout -> sinceArrival() >= timeout.toNanos())
                    .ifPresent(timeout -> {
                        counters.failed(sinceArrival());
                        throw new RequestExpiredException(timeout);
                    });
        }

        void expireAfter(Duration timeout) {
            expiry = expiries.schedule(
                    () -> {
                        if (cancel()) {
                            emitter.fail(new RequestExpiredException(timeout));
                        }
                    },
                    timeout.toNanos(),
                    TimeUnit.NANOSECONDS);
            if (claimed.get()) {
                // Its turn came before there was anything to cancel.
                expiry.cancel(false);
            }
        }

        /**
         * Cancelled, past its deadline, expired or refused: not worth a run any more.
         *
         * @return false if the task runs already, or has been cancelled before
         */
        boolean cancel() {
            if (!claim()) {
                return false;
            }
            threads.remove(this);
            counters.failed(sinceArrival());
            leave();
            return true;
        }

        private boolean claim() {
            if (!claimed.compareAndSet(false, true)) {
                return false;
            }
            expiry.cancel(false);
            return true;
        }

        private long sinceArrival() {
            return System.nanoTime() - arrivedNanos;
        }

        private void leave() {
            admittedBytes.addAndGet(-request.bytes());
            request.model().release();
        }
    }
}
