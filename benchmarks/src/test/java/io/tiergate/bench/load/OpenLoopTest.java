package io.tiergate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class OpenLoopTest {
    private static final long MILLISECOND = 1_000_000;
    private static final int CONNECTIONS = 4;

    private final VirtualClock clock = new VirtualClock();
    private final LoadTally tally = new LoadTally(Duration.ofMillis(100));

    /** Time that passes only when something takes it. */
    private static final class VirtualClock implements Clock {
        private long nanos;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public void waitUntil(long instant) {
            nanos = Math.max(nanos, instant);
        }

        void pass(long duration) {
            nanos += duration;
        }
    }

    @Test
    void callsAreDueEvenlySpacedWithoutDrift() {
        var schedule = new ArrivalSchedule(5_000, 3, 10);

        assertThat(schedule.calls()).isEqualTo(30);
        assertThat(schedule.dueNanos(0)).isEqualTo(5_000);
        assertThat(schedule.dueNanos(1)).isEqualTo(5_000 + 333_333_333);
        assertThat(schedule.dueNanos(30)).isEqualTo(5_000 + 10_000_000_000L);
    }

    @Test
    void aScheduleHasAtLeastOneCallAndNoRateOfZero() {
        assertThat(new ArrivalSchedule(0, 0.1, 1).calls()).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> new ArrivalSchedule(0, 0, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new ArrivalSchedule(0, Double.NaN, 1));
    }

    @Test
    void connectionsTakeTurnsAndEverySampleIsSent() throws Exception {
        List<String> sent = new ArrayList<>();

        run(1_000, 0.006, (connection, index, ended) -> {
            sent.add(connection + ":" + index);
            ended.accept(Outcome.ACCEPTED);
        });

        assertThat(sent).containsExactly("0:0", "1:1", "2:2", "3:3", "0:4", "1:5");
    }

    /**
     * A thousand calls a second for a second, each of one millisecond but for one that holds up everything for 200 ms: had the calls that
     * queued behind it been timed from when they were sent, a single one would be slow.
     */
    @Test
    void aStallOfTheServerIsSeenByEveryCallThatWasDueMeanwhile() throws Exception {
        run(1_000, 1, (connection, index, ended) -> {
            clock.pass(index == 100 ? 200 * MILLISECOND : MILLISECOND / 2);
            ended.accept(Outcome.ACCEPTED);
        });

        Histogram latencies = tally.latencies(Outcome.ACCEPTED);
        assertThat(latencies.getTotalCount()).isEqualTo(1_000);
        assertThat(latencies.getValueAtPercentile(50) / (double) MILLISECOND).isCloseTo(0.5, within(0.01));
        assertThat(latencies.getValueAtPercentile(90) / (double) MILLISECOND).isGreaterThan(100);
        assertThat(latencies.getMaxValue() / (double) MILLISECOND).isCloseTo(200, within(0.5));
        // Each of the calls after it is sent half a millisecond less late than the one before.
        assertThat(latencies.getCountBetweenValues(MILLISECOND, Long.MAX_VALUE)).isBetween(395L, 405L);
    }

    @Test
    void onlyAnswersWithinTheDeadlineAreInTime() throws Exception {
        run(10, 1, (connection, index, ended) -> {
            clock.pass((index < 4 ? 50 : 99 + index) * MILLISECOND / 10_000);
            ended.accept(index == 0 ? Outcome.REFUSED : Outcome.ACCEPTED);
        });
        run(10, 1, (connection, index, ended) -> {
            clock.pass(101 * MILLISECOND);
            ended.accept(Outcome.ACCEPTED);
        });

        ObjectNode json = tally.toJson(new ObjectMapper());
        assertThat(json.get("sent").asLong()).isEqualTo(20);
        assertThat(json.get("accepted").asLong()).isEqualTo(19);
        assertThat(json.get("refused").asLong()).isEqualTo(1);
        assertThat(json.get("in_time_per_s").asDouble() * json.get("seconds").asDouble())
                .isCloseTo(9, within(0.001));
    }

    @Test
    void itEndsEarlyWhenAsked() throws Exception {
        new OpenLoop((connection, index, ended) -> ended.accept(Outcome.ACCEPTED), CONNECTIONS, clock)
                .run(new ArrivalSchedule(0, 1_000, 3_600), tally, () -> clock.nanos() >= 10 * MILLISECOND);

        assertThat(tally.latencies(Outcome.ACCEPTED).getTotalCount()).isEqualTo(11);
    }

    private void run(double rate, double seconds, Target target) throws InterruptedException {
        new OpenLoop(target, CONNECTIONS, clock)
                .run(new ArrivalSchedule(clock.nanos(), rate, seconds), tally, () -> false);
    }

    @Test
    void aClosedLoopKeepsItsCallsUnderWayAndStopsWhenAllHaveFailed() throws Exception {
        List<Consumer<Outcome>> waiting = new ArrayList<>();
        Target failing = (connection, index, ended) -> {
            waiting.add(ended);
            if (waiting.size() == CONNECTIONS * 2) {
                waiting.forEach(each -> each.accept(Outcome.FAILED));
            }
        };

        new ClosedLoop(failing, CONNECTIONS, 2, tally).run(3_600, () -> false);

        assertThat(waiting).hasSize(8);
        assertThat(tally.latencies(Outcome.FAILED).getTotalCount()).isEqualTo(8);
        assertThat(tally.underWay()).isZero();
    }
}
