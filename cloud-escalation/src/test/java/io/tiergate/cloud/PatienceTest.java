package io.tiergate.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void triesUntilItWorks() {
        String answer = Patience.<String>until(
                        () -> tries.incrementAndGet() < 3
                                ? Uni.createFrom().failure(new IllegalStateException("not yet"))
                                : Uni.createFrom().item("done"),
                        new Outage("The test"))
                .await()
                .atMost(LIMIT);
        assertThat(answer).isEqualTo("done");
        assertThat(tries).hasValue(3);
    }

    @Test
    void givesUpAtOnceWhenOnlyANewProcessCanHelp() {
        Uni<String> work = Patience.until(
                () -> {
                    tries.incrementAndGet();
                    return Uni.createFrom().failure(new FatalException("broken", null));
                },
                new Outage("The test"));
        assertThatThrownBy(() -> work.await().atMost(LIMIT)).hasMessage("broken");
        assertThat(tries).hasValue(1);
    }
}
