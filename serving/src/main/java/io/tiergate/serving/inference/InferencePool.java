package io.tiergate.serving.inference;

import io.grpc.Deadline;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.Rows;
import io.tiergate.runtime.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jboss.logging.Logger;

/**
 * Where models run. Whatever waits for the same model runs together, without a timer: on the event loop that has decoded it if that costs
 * little and nothing waits, else on threads behind a bounded queue.
 */
public final class InferencePool implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(InferencePool.class);

    private final PoolSettings settings;
    private final InferenceStatistics statistics;
    private final RunQueue queue;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Executor, LoopBatch> batchesByLoop = new ConcurrentHashMap<>();
    private final long maxAdmittedBytes = Runtime.getRuntime().maxMemory() / 4;
    private final AtomicLong admittedBytes = new AtomicLong();
    /** Only tells waiting requests that they have expired, which takes no time. */
    private final ScheduledThreadPoolExecutor expiries = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("inference-expiries").factory());

    /** How a request becomes a turn. */
    private interface TurnFactory<T> {
        Turn<T> of(UniEmitter<? super T> emitter, ModelCounters counters, Runnable onLeave);
    }

    /**
     * @param statistics told of every run, and of every request that got none
     */
    public InferencePool(PoolSettings settings, InferenceStatistics statistics) {
        this.settings = settings;
        this.statistics = statistics;
        this.queue = new RunQueue(settings.queueCapacity(), settings.maxDelay());
        expiries.setRemoveOnCancelPolicy(true);
        // At the end: what still waits is given out all the same.
        expiries.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
        for (int i = 0; i < settings.threads(); i++) {
            threads.add(Thread.ofPlatform().name("inference-" + i).start(this::loop));
        }
    }

    /** Runs nothing on event loops. */
    public InferencePool(int threads, int queueCapacity, InferenceStatistics statistics) {
        this(PoolSettings.of(threads, queueCapacity), statistics);
    }

    /**
     * Runs work on an inference thread. Cancelled before its turn it leaves the queue at once.
     *
     * @param work runs the model once
     * @return completes on that thread; fails at once with {@link QueueFullException} if too many, or too many bytes, wait, with
     *     {@link DeadlineOutOfReachException} if so much work waits that it cannot have its turn before its timeout or the call's deadline,
     *     and with {@link ModelNotReadyException} if the model has been unloaded; later with {@link RequestExpiredException} if its turn
     *     does not come in time
     */
    public <T> Uni<T> run(RunRequest request, Callable<ModelRun<T>> work) {
        return turn(request, (emitter, counters, onLeave) -> new LoneTurn<>(request, emitter, counters, onLeave, work));
    }

    /**
     * Runs rows on a session, together with those of others that wait for it, if rows of that model may run together. May run them on the
     * caller's thread, if that is an event loop, once it has returned from what it does now.
     *
     * @return the outputs asked for, on whatever thread the rows ran; fails as {@link #run(RunRequest, Callable)} does
     */
    public Uni<List<Tensor>> run(RunRequest request, OnnxSession session, Rows rows) {
        if (request.samples() > session.mostRowsTogether()) {
            return run(request, () -> session.measuredRun(rows.inputs(), rows.outputs()));
        }
        return turn(
                request,
                (emitter, counters, onLeave) -> new RowsTurn(request, emitter, counters, onLeave, session, rows));
    }

    private <T> Uni<T> turn(RunRequest request, TurnFactory<T> turns) {
        return Uni.createFrom().emitter(emitter -> {
            Servable model = request.model();
            if (!model.retain()) {
                emitter.fail(ModelNotReadyException.unloaded(model));
                return;
            }
            Turn<T> turn = turns.of(emitter, statistics.of(model), () -> {
                admittedBytes.addAndGet(-request.bytes());
                model.release();
            });
            emitter.onTermination(() -> cancel(turn));
            if (!admit(request.bytes())) {
                refuse(turn, new QueueFullException(settings.queueCapacity()));
                return;
            }
            if (turn instanceof RowsTurn rows
                    && turn.loop() != null
                    && !settings.inlineBudget().isZero()) {
                loopBatch(turn.loop()).add(rows);
            } else {
                enqueue(turn);
            }
        });
    }

    /** One call always gets in; more of them only while they fit into their share of the heap. */
    private boolean admit(long bytes) {
        long admitted = admittedBytes.addAndGet(bytes);
        return admitted <= maxAdmittedBytes || admitted <= bytes;
    }

    private LoopBatch loopBatch(Executor loop) {
        return batchesByLoop.computeIfAbsent(
                loop,
                fresh -> new LoopBatch(fresh, queue, settings.inlineBudget().toNanos(), this::enqueue));
    }

    private void enqueue(Turn<?> turn) {
        long leftNanos = leftNanos(turn);
        if (queue.backlogNanos() / settings.threads() > leftNanos) {
            // Some of it may have to let this one pass.
            long expectedNanos = queue.backlogNanosBefore(turn) / settings.threads();
            if (expectedNanos > leftNanos) {
                refuse(turn, new DeadlineOutOfReachException(expectedNanos, leftNanos));
                return;
            }
        }
        if (queue.offer(turn)) {
            if (turn.isClaimed()) {
                // Cancelled before there was anything in the queue to take back.
                queue.remove(turn);
            }
            turn.timeout()
                    .ifPresent(timeout -> turn.expireAfter(timeout, expiries, () -> {
                        if (turn.claim()) {
                            queue.remove(turn);
                            turn.fail(new RequestExpiredException(timeout));
                        }
                    }));
        } else {
            refuse(turn, new QueueFullException(settings.queueCapacity()));
        }
    }

    private static void refuse(Turn<?> turn, UnavailableException reason) {
        if (turn.claim()) {
            turn.fail(reason);
        }
    }

    /** Until its turn must have come; a call's deadline has to hold its run too. */
    private static long leftNanos(Turn<?> turn) {
        long timeout = turn.timeout().map(Duration::toNanos).orElse(Long.MAX_VALUE);
        Deadline deadline = turn.deadline();
        return deadline == null
                ? timeout
                : Math.min(timeout, deadline.timeRemaining(TimeUnit.NANOSECONDS) - turn.runNanos());
    }

    /** Cancelled, or past its call's deadline: not worth a run any more. */
    private void cancel(Turn<?> turn) {
        if (turn.claim()) {
            queue.remove(turn);
            turn.drop();
        }
    }

    private void loop() {
        try {
            RunQueue.Batch batch = queue.take();
            while (!batch.turns().isEmpty()) {
                run(batch);
                batch = queue.take();
            }
        } catch (InterruptedException e) {
            // Nobody interrupts these threads but the end of the process.
            Thread.currentThread().interrupt();
        }
    }

    private void run(RunQueue.Batch batch) {
        long began = System.nanoTime();
        try {
            BatchRunner.run(batch.turns());
        } catch (Throwable e) {
            // A listener's, since the runner keeps those of the model: the thread has others to serve.
            LOG.error("A reply could not be given", e);
        } finally {
            queue.done(batch, System.nanoTime() - began);
        }
    }

    /** Where every run is counted. */
    public InferenceStatistics statistics() {
        return statistics;
    }

    /** Number of threads. */
    public int size() {
        return settings.threads();
    }

    /** Calls that wait for a thread. */
    public int waiting() {
        return queue.size();
    }

    /** Bytes of all calls that wait or run. */
    public long admittedBytes() {
        return admittedBytes.get();
    }

    /**
     * Lets what waits and runs finish.
     *
     * @throws IllegalStateException if a run does not end in time; its model must then not be closed under it
     */
    @Override
    public void close() {
        queue.close();
        expiries.shutdownNow();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    throw new IllegalStateException("a model still runs after 10 s");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a model may still run", e);
        }
    }
}
