package io.tiergate.edge.overload;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.edge.overload.CircuitBreaker.State;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
    private final CircuitBreaker breaker = new CircuitBreaker(nanos::get);

    @Test
    void opensAfterFiveFailuresInARow() {
        fail(4);
        breaker.answered();
        fail(4);
        assertThat(breaker.admits()).isTrue();
        fail(1);
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits()).isFalse();
    }

    @Test
    void letsOneTrialThroughAfterItsPause() {
        fail(5);
        pass(Duration.ofMillis(125));
        pass(Duration.ofMillis(125));
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.state()).isEqualTo(State.HALF_OPEN);
        assertThat(breaker.admits()).isFalse();
        breaker.answered();
        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void waitsLongerAfterEachTrialThatFails() {
        fail(5);
        pass(Duration.ofMillis(250));
        assertThat(breaker.admits()).isTrue();
        breaker.failed();
        pass(Duration.ofMillis(249));
        assertThat(breaker.admits()).isFalse();
        pass(Duration.ofMillis(251));
        assertThat(breaker.admits()).isTrue();
        for (int i = 0; i < 20; i++) {
            breaker.failed();
            pass(Duration.ofSeconds(5));
            assertThat(breaker.admits()).isTrue();
        }
    }

    @Test
    void repeatsATrialForWhoseAnswerNobodyWaited() {
        fail(5);
        pass(Duration.ofMillis(250));
        assertThat(breaker.admits()).isTrue();
        breaker.abandoned();
        assertThat(breaker.state()).isEqualTo(State.OPEN);
        assertThat(breaker.admits()).isTrue();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            breaker.failed();
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
