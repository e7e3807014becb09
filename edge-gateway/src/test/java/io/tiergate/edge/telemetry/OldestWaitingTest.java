package io.tiergate.edge.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OldestWaitingTest {
    private final AtomicLong nanos = new AtomicLong();
    private Uni<Optional<Duration>> answer = waiting(Duration.ofSeconds(3));

    @Test
    void itGrowsOlderUntilTheLedgerSaysOtherwise() {
        OldestWaiting oldest = new OldestWaiting(() -> answer, nanos::get);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        answer = Uni.createFrom().failure(new IllegalStateException("ledger-busy"));
        assertThat(oldest.seconds()).isEqualTo(5);

        answer = waiting(Duration.ofSeconds(1));
        assertThat(oldest.seconds()).as("the ledger did not answer").isEqualTo(5);
        assertThat(oldest.seconds()).isEqualTo(1);

        answer = Uni.createFrom().item(Optional.empty());
        oldest.seconds();
        assertThat(oldest.seconds()).as("nothing waits").isZero();
    }

    private static Uni<Optional<Duration>> waiting(Duration time) {
        return Uni.createFrom().item(Optional.of(time));
    }
}
