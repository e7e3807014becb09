package io.tiergate.cloud.intake;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class VerdictPartitionsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private long nanos = Long.MAX_VALUE - 5;
    private int looks;
    private int existing = 8;
    private final VerdictPartitions partitions = new VerdictPartitions(() -> nanos);

    @Test
    void looksAgainEveryThirtySecondsAtMost() {
        partitions.found(8);
        existing = 16;
        assertThat(refreshed()).isEqualTo(8);
        // Past the largest number, where a clock of nanoseconds may well stand.
        pass(Duration.ofSeconds(30).minusNanos(1));
        assertThat(refreshed()).isEqualTo(8);
        assertThat(looks).isZero();

        pass(Duration.ofNanos(1));
        assertThat(refreshed()).isEqualTo(16);
        assertThat(partitions.count()).isEqualTo(16);
        assertThat(refreshed()).isEqualTo(16);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void aLookThatFailedIsNoLook() {
        partitions.found(8);
        pass(Duration.ofSeconds(30));
        assertThat(partitions
                        .refreshed(() -> Uni.createFrom().failure(new IllegalStateException("away")))
                        .onFailure()
                        .recoverWithItem(-1)
                        .await()
                        .atMost(PATIENCE))
                .isEqualTo(-1);
        existing = 16;
        assertThat(refreshed()).isEqualTo(16);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    private int refreshed() {
        return partitions
                .refreshed(() -> {
                    looks++;
                    return Uni.createFrom().item(existing);
                })
                .await()
                .atMost(PATIENCE);
    }
}
