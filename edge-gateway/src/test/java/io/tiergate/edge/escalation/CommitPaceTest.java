package io.tiergate.edge.escalation;

import static io.tiergate.edge.escalation.CommitPace.DISTANCE_NANOS;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommitPaceTest {
    /** As far as the clock may be from zero. */
    private static final long START = Long.MAX_VALUE - 100 * DISTANCE_NANOS;

    private final CommitPace pace = new CommitPace();

    /** @return the end of the last one */
    private long commits(int count, long apart, int promises, long from) {
        long now = from;
        for (int i = 0; i < count; i++) {
            now = from + i * apart;
            pace.committed(now, promises);
        }
        return now;
    }

    @Test
    void aFewInARowWaitForNothing() {
        long last = commits(31, 1000, 10, START);
        assertThat(pace.pauseNanos(last)).isZero();
    }

    @Test
    void manyInARowThatPromisesShareKeepADistance() {
        long last = commits(32, 1000, 10, START);
        assertThat(pace.pauseNanos(last)).isEqualTo(DISTANCE_NANOS);
        assertThat(pace.pauseNanos(last + DISTANCE_NANOS / 4)).isEqualTo(DISTANCE_NANOS * 3 / 4);
        assertThat(pace.pauseNanos(last + DISTANCE_NANOS)).isZero();
    }

    @Test
    void promisesAtARateThatTheDiskKeepsUpWithWaitForNothing() {
        long last = commits(200, DISTANCE_NANOS / 2, 1, START);
        assertThat(pace.pauseNanos(last)).isZero();
    }

    @Test
    void theDistanceIsKeptWhileTheRateLasts() {
        long last = commits(200, DISTANCE_NANOS, 10, START);
        assertThat(pace.pauseNanos(last)).isEqualTo(DISTANCE_NANOS);
    }

    @Test
    void aRateThatFallsIsNoticed() {
        long busy = commits(200, DISTANCE_NANOS, 10, START);
        long last = commits(40, DISTANCE_NANOS, 1, busy + DISTANCE_NANOS);
        assertThat(pace.pauseNanos(last)).isZero();
    }

    @Test
    void afterARestNothingWaits() {
        long last = commits(100, 1000, 1, START);
        assertThat(pace.pauseNanos(last + 33 * DISTANCE_NANOS)).isZero();
    }

    @Test
    void notesThatNobodyWaitsForMakeNobodyBusy() {
        long last = commits(100, 1000, 0, START);
        assertThat(pace.pauseNanos(last)).isZero();
    }
}
