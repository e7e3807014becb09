package io.tiergate.serving.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.Context;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.Rows;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.testing.PlainModel;
import io.tiergate.testing.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What waits together runs together, and nobody suffers from it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchingTest {
    private static final int WAITING = 100;

    @TempDir
    private Path folder;

    private final InferenceStatistics statistics = new InferenceStatistics();
    private final InferencePool pool =
            new InferencePool(new PoolSettings(1, WAITING, Duration.ZERO, Duration.ofSeconds(1)), statistics);
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    /** Keeps the only thread busy until it is opened. */
    private final CountDownLatch gate = new CountDownLatch(1);

    private PlainModel model;

    @BeforeEach
    void open() throws IOException {
        model = PlainModel.open(TestModels.copyTo("batches", "poison", folder), "poison");
        loop.execute(() -> EventLoops.enter(loop));
    }

    @AfterEach
    void close() {
        gate.countDown();
        pool.close();
        loop.shutdown();
        model.close();
    }

    @Test
    void whatWaitsRunsAtOnceUpToTheLimit() throws Exception {
        holdTheThread();
        List<CompletableFuture<List<Tensor>>> waiting = new ArrayList<>();
        for (int i = 0; i < 70; i++) {
            waiting.add(ask(i));
        }
        gate.countDown();
        for (int i = 0; i < 70; i++) {
            assertThat(answer(waiting.get(i))).isEqualTo(i);
        }
        assertThat(counters().partsByBatchSize()).containsOnlyKeys(1L, 6L, 64L);
        assertThat(counters().runs()).as("with the one that held the thread").isEqualTo(3);
        assertThat(counters().samples()).isEqualTo(71);
        assertThat(counters().success().count()).isEqualTo(71);
    }

    @Test
    void aRowThatCannotBeComputedFailsAloneWhereverItIs() throws Exception {
        holdTheThread();
        List<CompletableFuture<List<Tensor>>> waiting = new ArrayList<>();
        List<Integer> culprits = List.of(0, 13, 14, 29);
        for (int i = 0; i < 30; i++) {
            waiting.add(culprits.contains(i) ? ask(model, QueuePolicy.DEFAULT, i, 1000) : ask(i));
        }
        gate.countDown();
        for (int i = 0; i < 30; i++) {
            if (culprits.contains(i)) {
                assertThatExceptionOfType(CompletionException.class)
                        .isThrownBy(waiting.get(i)::join)
                        .withCauseInstanceOf(InferenceException.class);
            } else {
                assertThat(answer(waiting.get(i))).isEqualTo(i);
            }
        }
    }

    @Test
    void anEventLoopRunsWhatItHasReadInOneCycleAtItsEnd() throws Exception {
        answer(ask(1));
        long runs = counters().runs();
        holdTheThread();
        List<CompletableFuture<List<Tensor>>> asked = new ArrayList<>();
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        CompletableFuture<Thread> loopThread = new CompletableFuture<>();
        loop.execute(() -> {
            loopThread.complete(Thread.currentThread());
            for (int i = 0; i < 5; i++) {
                asked.add(ask(i).whenComplete((answer, failure) -> threads.add(Thread.currentThread())));
            }
            assertThat(asked).as("not while it still reads").noneMatch(CompletableFuture::isDone);
        });
        loop.submit(() -> {}).get();
        loop.submit(() -> {}).get();
        for (int i = 0; i < 5; i++) {
            assertThat(answer(asked.get(i))).isEqualTo(i);
        }
        assertThat(threads).hasSize(5).containsOnly(loopThread.join());
        assertThat(counters().runs()).isEqualTo(runs + 1);
    }

    @Test
    void anEventLoopLeavesToTheThreadsWhatItDoesNotKnowTheCostOf() throws Exception {
        holdTheThread();
        CompletableFuture<List<Tensor>> first = onTheLoop(() -> ask(3));
        onTheLoop(() -> "the cycle's end");
        assertThat(pool.waiting()).isEqualTo(1);
        gate.countDown();
        assertThat(answer(first)).isEqualTo(3);
    }

    /** Looking for the culprit takes many runs, and somebody may send one in every cycle. */
    @Test
    void anEventLoopLeavesToTheThreadsWhatHasFailedOfLate() throws Exception {
        answer(ask(1));
        holdTheThread();
        CompletableFuture<List<Tensor>> culprit = onTheLoop(() -> ask(model, QueuePolicy.DEFAULT, 5, 1000));
        onTheLoop(() -> "the cycle's end");
        assertThat(culprit).as("run on the loop").isCompletedExceptionally();
        CompletableFuture<List<Tensor>> next = onTheLoop(() -> ask(3));
        onTheLoop(() -> "the cycle's end");
        assertThat(pool.waiting()).isEqualTo(1);
        gate.countDown();
        assertThat(answer(next)).isEqualTo(3);
    }

    @Test
    void anAnswerGoesBackToTheEventLoopOnWhichItsCallLives() throws Exception {
        CompletableFuture<Thread> thread = onTheLoop(() -> ask(3).handle((answer, failure) -> Thread.currentThread()));
        assertThat(thread.get()).isEqualTo(onTheLoop(Thread::currentThread));
    }

    @Test
    void rowsOfADearModelDoNotWaitForEachOther() throws Exception {
        // Nothing is gained by running these together.
        cost().measured(1, TimeUnit.MILLISECONDS.toNanos(2));
        cost().measured(2, TimeUnit.MILLISECONDS.toNanos(4));
        long runs = counters().runs();
        holdTheThread();
        List<CompletableFuture<List<Tensor>>> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(ask(i));
        }
        gate.countDown();
        waiting.forEach(CompletableFuture::join);
        assertThat(counters().runs() - runs)
                .as("and the one that held the thread")
                .isGreaterThan(2);
        assertThat(counters().partsByBatchSize()).doesNotContainKey(8L);
    }

    @Test
    void anEventLoopLeavesToTheThreadsWhatComesBehindALotOfWork() throws Exception {
        answer(ask(1));
        // So a row of a large batch takes two seconds, and what an event loop may run is one second.
        cost().measured(64, TimeUnit.SECONDS.toNanos(128));
        holdTheThread();
        CompletableFuture<List<Tensor>> before = ask(1);
        CompletableFuture<List<Tensor>> after = onTheLoop(() -> ask(2));
        onTheLoop(() -> "the cycle's end");
        assertThat(after).isNotDone();
        assertThat(pool.waiting()).isEqualTo(2);
        gate.countDown();
        assertThat(answer(before)).isEqualTo(1);
        assertThat(answer(after)).isEqualTo(2);
    }

    @Test
    void theMoreUrgentGoesFirstAndOfEqualsWhoCameFirst() throws Exception {
        holdTheThread();
        List<Long> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<String>> waiting = new ArrayList<>();
        for (long priority : List.of(9L, 0L, 1L, 5L, 2L, 100L)) {
            RunRequest request = new RunRequest(model, 1, 0, new QueuePolicy(Optional.empty(), priority));
            waiting.add(pool.run(request, () -> {
                        order.add(priority);
                        return new ModelRun<>("done", new RunTimes(0, 0, 0));
                    })
                    .subscribeAsCompletionStage());
        }
        gate.countDown();
        waiting.forEach(CompletableFuture::join);
        assertThat(order).containsExactly(1L, 2L, 0L, 5L, 9L, 100L);
    }

    @Test
    void whoeverHasWaitedASecondGoesBeforeWhoeverComes() {
        assertThat(new QueuePolicy(Optional.empty(), Long.MAX_VALUE).delayNanos()
                        - new QueuePolicy(Optional.empty(), 1).delayNanos())
                .isLessThan(TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    void whatCannotHaveItsTurnInTimeIsRefusedAtOnce() throws Exception {
        // A run of one row takes a second, so far as anybody knows.
        cost().measured(1, TimeUnit.SECONDS.toNanos(1));
        holdTheThread();
        CompletableFuture<List<Tensor>> before = ask(1);
        CompletableFuture<List<Tensor>> hopeless =
                ask(model, new QueuePolicy(Optional.of(Duration.ofMillis(1)), 0), 2, 0);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(hopeless::join)
                .withCauseInstanceOf(DeadlineOutOfReachException.class)
                .withMessageContaining("Request timeout expired: work of about")
                .withMessageContaining("within 1000 µs");
        ScheduledDeadline deadline = new ScheduledDeadline();
        assertThat(deadline.call(Duration.ofMillis(1), () -> ask(3))).isCompletedExceptionally();
        assertThat(deadline.call(Duration.ofHours(1), () -> ask(4))).isNotDone();
        assertThat(ask(5)).as("has all the time").isNotDone();
        deadline.close();
        gate.countDown();
        assertThat(answer(before)).isEqualTo(1);
    }

    /** It goes before all of it. */
    @Test
    void workThatIsLessUrgentDoesNotPutADeadlineOutOfReach() throws Exception {
        holdTheThread();
        // A run of one row takes a second, so far as anybody knows.
        cost().measured(1, TimeUnit.SECONDS.toNanos(1));
        List<CompletableFuture<List<Tensor>>> before = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            before.add(ask(model, new QueuePolicy(Optional.empty(), 9), i, 0));
        }
        CompletableFuture<List<Tensor>> urgent =
                ask(model, new QueuePolicy(Optional.of(Duration.ofMillis(500)), 1), 7, 0);
        assertThat(urgent).isNotCompletedExceptionally();
        gate.countDown();
        before.forEach(CompletableFuture::join);
    }

    @Test
    void whatIsCancelledInTheCycleInWhichItCameTakesNoPlaceInTheQueue() throws Exception {
        holdTheThread();
        loop.submit(() -> {
                    for (int i = 0; i < WAITING; i++) {
                        ask(i).cancel(false);
                    }
                })
                .get();
        onTheLoop(() -> "the cycle's end");
        assertThat(pool.waiting()).isZero();
        CompletableFuture<List<Tensor>> next = ask(3);
        assertThat(next).isNotCompletedExceptionally();
        gate.countDown();
        assertThat(answer(next)).isEqualTo(3);
    }

    /** The same version, but other files: what it costs has to be learnt anew. */
    @Test
    void whatAModelCostsSaysNothingOfItsSuccessor() throws Exception {
        answer(ask(1));
        Path again = TestModels.copyTo("batches", "poison", folder.resolve("again"));
        TestModels.copyTo("batches", "mixing", again);
        Files.move(
                again.resolve("mixing/1/model.onnx"),
                again.resolve("poison/1/model.onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        try (PlainModel replaced = PlainModel.open(again, "poison")) {
            assertThat(statistics.of(replaced)).as("of the version").isSameAs(counters());
            assertThat(counters().cost(replaced.digest()).of(1)).isEqualTo(Long.MAX_VALUE);
        }
    }

    /** Calls with a deadline, as gRPC makes them. */
    private static final class ScheduledDeadline implements AutoCloseable {
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

        <T> T call(Duration deadline, Callable<T> work) throws Exception {
            return Context.current()
                    .withDeadlineAfter(deadline.toNanos(), TimeUnit.NANOSECONDS, clock)
                    .call(work);
        }

        @Override
        public void close() {
            clock.shutdownNow();
        }
    }

    /** What its runs are expected to cost. */
    private RunCost cost() {
        return counters().cost(model.digest());
    }

    private ModelCounters counters() {
        return statistics.of(model);
    }

    private CompletableFuture<List<Tensor>> ask(int value) {
        return ask(model, QueuePolicy.DEFAULT, value, 0);
    }

    private CompletableFuture<List<Tensor>> ask(PlainModel used, QueuePolicy policy, float value, float fourth) {
        Tensor x = Tensor.ofFloats("x", Shape.of(1, 4), value, 0, 0, fourth);
        return pool.run(
                        new RunRequest(used, 1, 16, policy),
                        used.model().session(),
                        new Rows(List.of(x), List.of("logits")))
                .subscribeAsCompletionStage();
    }

    private static double answer(CompletableFuture<List<Tensor>> asked) {
        return asked.join().get(0).doubleAt(0);
    }

    private <T> T onTheLoop(Callable<T> work) throws Exception {
        return loop.submit(work).get();
    }

    /** Returns once the pool's only thread is busy. */
    private void holdTheThread() throws InterruptedException {
        CountDownLatch busy = new CountDownLatch(1);
        CompletableFuture<String> unused = pool.run(new RunRequest(model, 1, 0, QueuePolicy.DEFAULT), () -> {
                    busy.countDown();
                    gate.await();
                    return new ModelRun<>("done", new RunTimes(0, 0, 0));
                })
                .subscribeAsCompletionStage();
        busy.await();
    }
}
