package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelayPaceTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private long nanos = -4;
    private long wallMillis;
    private final RunningTime.Clocks clocks = new RunningTime.Clocks(() -> nanos, () -> wallMillis);

    @Test
    void withoutLimitsAnythingMayGoAtAnyTime() {
        RelayPace pace = RelayPace.unlimited();
        pace.spent(Long.MAX_VALUE / 2);
        assertThat(pace.pause()).isZero();
        assertThat(pace.allowance()).isEqualTo(Long.MAX_VALUE);
        assertThat(pace.isClosed()).isFalse();
    }

    /** Over any span of time no more goes than the rate, a second's worth and a record. */
    @Test
    void theRateHoldsOverAnySpanOfTime() {
        int rate = 10_000;
        int largestRecord = 3_000;
        RelayPace pace = limited(rate);
        Random random = new Random(11);
        long start = nanos;
        long sent = 0;
        for (int step = 0; step < 10_000; step++) {
            if (pace.pause().isZero()) {
                long allowed = pace.allowance();
                long page = 0;
                while (page < allowed) {
                    page += 1 + random.nextInt(largestRecord);
                }
                pace.spent(page);
                sent += page;
            } else {
                nanos += random.nextBoolean() ? pace.pause().toNanos() : random.nextInt(50_000_000);
            }
            double seconds = (nanos - start) / 1e9;
            assertThat((double) sent).isLessThanOrEqualTo(rate * (seconds + 1) + largestRecord);
        }
        assertThat((double) sent)
                .as("and no less where more waits")
                .isGreaterThan(rate * ((nanos - start) / 1e9) * 0.9);
    }

    @Test
    void aRecordLargerThanTheBucketGoesAloneAndIsWaitedFor() {
        RelayPace pace = limited(1_000);
        pace.spent(10_000);
        assertThat(pace.pause()).isBetween(Duration.ofMillis(9_000), Duration.ofMillis(9_200));
        nanos += pace.pause().toNanos();
        assertThat(pace.pause()).isZero();
        assertThat(pace.allowance()).isPositive();
    }

    @Test
    void whatFailedCountsNoMoreThanItsTimeAllows() {
        RelayPace pace = limited(1_000);
        for (int i = 0; i < 100; i++) {
            pace.failed(1_000_000, Duration.ofMillis(1));
        }
        assertThat(pace.pause()).isZero();
        assertThat(pace.allowance()).isBetween(899L, 900L);
        pace.failed(500, Duration.ofHours(1));
        assertThat(pace.allowance()).isBetween(399L, 400L);
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01T21:59, 60",
        "2026-03-01T22:00, 0",
        "2026-03-02T05:59, 0",
        "2026-03-02T06:00, 21600",
        "2026-03-02T12:00, 0",
        "2026-03-02T12:59, 0",
        "2026-03-02T13:00, 32400"
    })
    void sendsInItsHoursAloneAndKnowsWhenTheyBegin(LocalDateTime time, long secondsUntilOpen) {
        RelaySchedule schedule = RelaySchedule.parse("22:00-06:00, 12:00-13:00", BERLIN);
        Instant now = time.atZone(BERLIN).toInstant();
        assertThat(schedule.untilOpen(now)).isEqualTo(Duration.ofSeconds(secondsUntilOpen));
    }

    @Test
    void hoursThatAChangeOfClocksLeavesOutBeginWhenItIsOver() {
        RelaySchedule schedule = RelaySchedule.parse("02:30-04:00", BERLIN);
        Instant before = LocalDateTime.parse("2026-03-29T01:59").atZone(BERLIN).toInstant();
        assertThat(schedule.untilOpen(before)).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(31));
        assertThat(schedule.untilOpen(before.plusSeconds(60))).isZero();
    }

    @Test
    void aWholeDayMayEndWithMidnight() {
        RelaySchedule schedule = RelaySchedule.parse("18:00-24:00", ZoneOffset.UTC);
        assertThat(schedule.untilOpen(Instant.parse("2026-03-01T23:59:59Z"))).isZero();
        assertThat(schedule.untilOpen(Instant.parse("2026-03-02T00:00:00Z"))).isEqualTo(Duration.ofHours(18));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "22:00", "22:00-", "-06:00", "22-6", "25:00-26:00", "10:00-10:00", "10:00-11:00,"})
    void refusesWhatIsNoSchedule(String text) {
        assertThatThrownBy(() -> RelaySchedule.parse(text, ZoneOffset.UTC))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A clock may be set at any time: a long pause is not slept through. */
    @Test
    void looksAtTheClockAgainAfterAMinute() {
        RelayPace pace = new RelayPace(
                Optional.of(RelaySchedule.parse("22:00-06:00", ZoneOffset.UTC)), OptionalLong.empty(), clocks);
        wallMillis = Instant.parse("1970-01-01T12:00:00Z").toEpochMilli();
        assertThat(pace.isClosed()).isTrue();
        assertThat(pace.untilOpen()).isEqualTo(Duration.ofHours(10));
        assertThat(pace.pause()).isEqualTo(Duration.ofMinutes(1));
        wallMillis = Instant.parse("2026-03-01T23:00:00Z").toEpochMilli();
        assertThat(pace.pause()).isZero();
    }

    private RelayPace limited(long bytesPerSecond) {
        return new RelayPace(Optional.empty(), OptionalLong.of(bytesPerSecond), clocks);
    }
}
