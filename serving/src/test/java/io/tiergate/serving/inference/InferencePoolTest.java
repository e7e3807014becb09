package io.tiergate.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.mutiny.Uni;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.testing.PlainModel;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InferencePoolTest {
    private static final int WAITING = 3;

    @TempDir
    private Path folder;

    private final InferenceStatistics statistics = new InferenceStatistics();
    private final InferencePool pool = new InferencePool(1, WAITING, statistics);
    /** Keeps the only thread busy until it is opened. */
    private final CountDownLatch gate = new CountDownLatch(1);

    private PlainModel model;

    @BeforeEach
    void open() throws IOException {
        model = PlainModel.open(TestModels.copyTo("tiny", "tiny-plain", folder), "tiny-plain");
    }

    @AfterEach
    void close() {
        gate.countDown();
        pool.close();
        model.close();
    }

    @Test
    void everyRunIsCountedWithItsSamplesAndParts() {
        run(1).join();
        run(4).join();
        run(4).join();

        ModelCounters counters = statistics.of(model);
        assertThat(counters.samples()).isEqualTo(9);
        assertThat(counters.runs()).isEqualTo(3);
        assertThat(counters.lastRunMillis()).isPositive();
        assertThat(counters.success().count()).isEqualTo(3);
        assertThat(counters.failure().count()).isZero();
        assertThat(counters.queue().count()).isEqualTo(3);
        assertThat(counters.partsByBatchSize()).containsOnlyKeys(1L, 4L);
        assertThat(counters.partsByBatchSize().get(4L).infer().count()).isEqualTo(2);
        long parts = counters.parts().input().nanos()
                + counters.parts().infer().nanos()
                + counters.parts().output().nanos();
        assertThat(parts).isPositive();
        assertThat(counters.queue().nanos() + parts)
                .as("the queue and the parts lie within the whole")
                .isLessThanOrEqualTo(counters.success().nanos());
    }

    @Test
    void whatFailsOrNeverRunsIsCountedAsFailed() throws Exception {
        CompletableFuture<?> failing = pool.run(request(model, 1, Optional.empty()), () -> {
                    throw new InferenceException("on purpose", null);
                })
                .subscribeAsCompletionStage();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(failing::join)
                .withCauseInstanceOf(InferenceException.class);
        assertThat(statistics.of(model).failure().count()).isEqualTo(1);

        CompletableFuture<?> running = holdTheThread(Optional.empty());
        List<CompletableFuture<?>> waiting = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            waiting.add(run(1));
        }
        assertThat(run(1)).isCompletedExceptionally();
        assertThat(statistics.of(model).failure().count()).as("refused").isEqualTo(2);
        waiting.removeLast().cancel(false);
        assertThat(statistics.of(model).failure().count()).as("cancelled").isEqualTo(3);

        gate.countDown();
        running.join();
        waiting.forEach(CompletableFuture::join);
        assertThat(statistics.of(model).success().count()).isEqualTo(3);
        assertThat(statistics.of(model).failure().count()).isEqualTo(3);
        pool.close();
        assertThat(pool.admittedBytes()).isZero();
    }

    @Test
    void whatWaitsLongerThanItMayExpiresAndNeverRuns() throws Exception {
        CompletableFuture<?> running = holdTheThread(Optional.empty());
        AtomicBoolean ran = new AtomicBoolean();
        CompletableFuture<?> waiting = pool.run(request(model, 1, Optional.of(Duration.ofNanos(1_500))), () -> {
                    ran.set(true);
                    return new ModelRun<>("done", new RunTimes(0, 0, 0));
                })
                .subscribeAsCompletionStage();

        // The thread is held until this is over.
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(waiting::join)
                .withCauseInstanceOf(RequestExpiredException.class)
                .withMessageContaining("Request timeout expired")
                .withMessageContaining("'timeout' of 1 µs");
        assertThat(pool.waiting()).isZero();
        assertThat(statistics.of(model).failure().count()).isEqualTo(1);
        gate.countDown();
        running.join();
        run(1).join();
        assertThat(ran).isFalse();
    }

    @Test
    void whatHasItsTurnInTimeMayRunAsLongAsItNeeds() throws Exception {
        CompletableFuture<String> running = holdTheThread(Optional.of(Duration.ofSeconds(1)));
        CompletableFuture<?> expiringAfterIt = pool.run(
                        request(model, 1, Optional.of(Duration.ofMillis(1001))),
                        () -> new ModelRun<>("done", new RunTimes(0, 0, 0)))
                .subscribeAsCompletionStage();
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(expiringAfterIt::join)
                .withCauseInstanceOf(RequestExpiredException.class);
        gate.countDown();
        assertThat(running.get()).isEqualTo("done");
    }

    @Test
    void aRunInTheQueueKeepsItsModelInMemory() throws Exception {
        CompletableFuture<?> running = holdTheThread(Optional.empty());
        PlainModel unloaded = PlainModel.open(folder, "tiny-plain");
        CompletableFuture<List<Tensor>> waiting = run(unloaded, 2);
        unloaded.close();
        gate.countDown();
        running.join();

        assertThat(waiting.join().get(0).shape()).isEqualTo(Shape.of(2, 3));
        // The thread has left the run before once it takes the next one.
        run(1).join();
        assertThat(unloaded.retain()).as("still in memory").isFalse();
        assertThat(run(unloaded, 2))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("is not at ready state: it has just been unloaded");
    }

    @Test
    void countersOfCallersThatChooseEverNewBatchSizesDoNotGrowWithoutEnd() {
        ModelCounters counters = statistics.of(model);
        for (long size = 1; size <= 3000; size++) {
            counters.ran(size, new RunTimes(1, 1, 1));
        }
        assertThat(counters.runs()).isEqualTo(3000);
        assertThat(counters.partsByBatchSize()).hasSize(1024);
    }

    private CompletableFuture<List<Tensor>> run(int rows) {
        return run(model, rows);
    }

    private CompletableFuture<List<Tensor>> run(PlainModel used, int rows) {
        Tensor x = Tensor.ofFloats("x", Shape.of(rows, 4), new float[rows * 4]);
        return pool.run(
                        request(used, rows, Optional.empty()),
                        () -> used.model().session().measuredRun(List.of(x), List.of("logits")))
                .subscribeAsCompletionStage();
    }

    private static RunRequest request(PlainModel used, int rows, Optional<Duration> queueTimeout) {
        return new RunRequest(used, rows, rows * 16L, new QueuePolicy(queueTimeout, 0));
    }

    /** Returns once the pool's only thread is busy. */
    private CompletableFuture<String> holdTheThread(Optional<Duration> queueTimeout) throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        Uni<String> held = pool.run(request(model, 1, queueTimeout), () -> {
            busy.countDown();
            gate.await();
            return new ModelRun<>("done", new RunTimes(0, 0, 0));
        });
        CompletableFuture<String> future = held.subscribeAsCompletionStage();
        busy.await();
        return future;
    }
}
