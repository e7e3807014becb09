package io.tiergate.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.Rows;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.testing.PlainModel;
import io.tiergate.testing.TestModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests from event loops and other threads at once, of one to three rows each: some are cancelled, some cannot be computed. Every
 * other one is answered once, with the answer to its own rows.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchingStressTest {
    private static final int SUBMITTERS = 4;
    private static final int REQUESTS = 20_000;

    @TempDir
    private Path folder;

    private final InferenceStatistics statistics = new InferenceStatistics();
    private final ConcurrentLinkedQueue<String> mistakes = new ConcurrentLinkedQueue<>();
    private final AtomicIntegerArray ends = new AtomicIntegerArray(SUBMITTERS * REQUESTS);
    private final AtomicInteger cancelled = new AtomicInteger();

    @Test
    void noReplyIsLostDoubledOrSomebodyElses() throws Exception {
        PlainModel model = PlainModel.open(TestModels.copyTo("batches", "poison", folder), "poison");
        // A budget of a few runs, so that both ways are taken.
        InferencePool pool =
                new InferencePool(new PoolSettings(2, 2048, Duration.ZERO, Duration.ofNanos(30_000)), statistics);
        List<ExecutorService> submitters = new ArrayList<>();
        CountDownLatch submitted = new CountDownLatch(SUBMITTERS);
        for (int i = 0; i < SUBMITTERS; i++) {
            ExecutorService submitter = Executors.newSingleThreadExecutor();
            submitters.add(submitter);
            if (i < SUBMITTERS / 2) {
                submitter.execute(() -> EventLoops.enter(submitter));
            }
            new Submitter(model, pool, submitter, i, submitted).next();
        }
        submitted.await();
        submitters.forEach(ExecutorService::shutdown);
        for (ExecutorService submitter : submitters) {
            assertThat(submitter.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        }
        pool.close();

        assertThat(mistakes).isEmpty();
        long ended = IntStream.range(0, ends.length())
                .filter(id -> ends.get(id) == 1)
                .count();
        assertThat(ended + cancelled.get()).isEqualTo(SUBMITTERS * REQUESTS);
        assertThat(pool.admittedBytes()).isZero();
        assertThat(pool.waiting()).isZero();
        ModelCounters counters = statistics.of(model);
        assertThat(counters.success().count() + counters.failure().count()).isEqualTo(SUBMITTERS * REQUESTS);
        assertThat(counters.runs())
                .as("some ran together")
                .isLessThan(counters.success().count());
        model.close();
        assertThat(model.retain()).as("still in memory").isFalse();
    }

    /** Asks from a thread of its own, in bursts, with a limit to what is under way. */
    private final class Submitter {
        private final PlainModel model;
        private final InferencePool pool;
        private final ExecutorService thread;
        private final int number;
        private final CountDownLatch submitted;
        private final SplittableRandom random;
        private final Semaphore room = new Semaphore(400);
        private int asked;

        Submitter(PlainModel model, InferencePool pool, ExecutorService thread, int number, CountDownLatch submitted) {
            this.model = model;
            this.pool = pool;
            this.thread = thread;
            this.number = number;
            this.submitted = submitted;
            this.random = new SplittableRandom(number);
        }

        void next() {
            thread.execute(() -> {
                for (int burst = random.nextInt(1, 50); burst > 0 && asked < REQUESTS && room.tryAcquire(); burst--) {
                    ask(number * REQUESTS + asked++);
                }
                if (asked < REQUESTS) {
                    next();
                } else {
                    submitted.countDown();
                }
            });
        }

        private void ask(int id) {
            boolean poison = random.nextInt(100) == 0;
            int rows = random.nextInt(1, 4);
            float[] values = new float[rows * 4];
            for (int row = 0; row < rows; row++) {
                values[row * 4] = id;
                values[row * 4 + 1] = row;
            }
            values[3] = poison ? 1000 : 0;
            Tensor x = Tensor.ofFloats("x", Shape.of(rows, 4), values);
            Cancellable call = pool.run(
                            new RunRequest(model, rows, rows * 16L, QueuePolicy.DEFAULT),
                            model.model().session(),
                            new Rows(List.of(x), List.of("logits")))
                    .onTermination()
                    .invoke(room::release)
                    .subscribe()
                    .with(answer -> check(id, rows, poison, answer.get(0)), failure -> check(id, poison, failure));
            if (random.nextInt(20) == 0) {
                call.cancel();
                // Whether it was in time shows in its end.
                if (ends.compareAndSet(id, 0, -1)) {
                    cancelled.incrementAndGet();
                }
            }
        }

        private void check(int id, int rows, boolean poison, Tensor answer) {
            end(id);
            boolean own = !poison && answer.shape().equals(Shape.of(rows, 3));
            for (int row = 0; own && row < rows; row++) {
                own = answer.doubleAt(row * 3) == id && answer.doubleAt(row * 3 + 1) == row;
            }
            if (!own) {
                mistakes.add(id + ": " + answer);
            }
        }

        private void check(int id, boolean poison, Throwable failure) {
            end(id);
            if (!poison || !(failure instanceof InferenceException)) {
                mistakes.add(id + ": " + failure);
            }
        }

        private void end(int id) {
            if (!ends.compareAndSet(id, 0, 1)) {
                mistakes.add(id + " ended twice, or though it was cancelled");
            }
        }
    }
}
