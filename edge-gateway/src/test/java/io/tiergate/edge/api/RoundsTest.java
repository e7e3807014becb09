package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RoundsTest {
    @Test
    void aWakeUpDuringARoundMakesAnotherAfterIt() {
        List<CompletableFuture<Void>> begun = new ArrayList<>();
        AtomicInteger count = new AtomicInteger();
        Rounds rounds = new Rounds(
                () -> {
                    CompletableFuture<Void> round = new CompletableFuture<>();
                    begun.add(round);
                    count.incrementAndGet();
                    return Uni.createFrom().completionStage(round);
                },
                failure -> {});
        rounds.wake();
        await().until(() -> count.get() == 1);
        rounds.wake();
        rounds.wake();
        begun.get(0).complete(null);
        await().until(() -> count.get() == 2);
        begun.get(1).complete(null);
        rounds.wake();
        await().until(() -> count.get() == 3);
        assertThat(begun.get(2)).isNotDone();
    }

    /** Nothing guards the counter but the rounds themselves. */
    @Test
    void noWakeUpIsLostAndNoTwoRoundsMeet() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger running = new AtomicInteger();
        AtomicInteger mostRunning = new AtomicInteger();
        Rounds rounds = new Rounds(
                () -> {
                    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                    seen.set(asked.get());
                    running.decrementAndGet();
                    return Uni.createFrom().voidItem();
                },
                failure -> {});
        List<Thread> wakers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            wakers.add(Thread.ofPlatform().start(() -> {
                for (int k = 0; k < 10_000; k++) {
                    asked.incrementAndGet();
                    rounds.wake();
                }
            }));
        }
        for (Thread waker : wakers) {
            waker.join();
        }
        await().untilAsserted(() -> assertThat(seen).hasValue(40_000));
        assertThat(mostRunning).hasValue(1);
    }

    @Test
    void thereIsNoRoundAfterOneThatFailed() {
        AtomicInteger count = new AtomicInteger();
        AtomicReference<Throwable> told = new AtomicReference<>();
        Rounds rounds = new Rounds(
                () -> {
                    count.incrementAndGet();
                    throw new IllegalStateException("broken");
                },
                told::set);
        rounds.wake();
        await().until(() -> told.get() != null);
        rounds.wake();
        assertThat(told.get()).hasMessage("broken");
        assertThat(count).hasValue(1);
    }
}
