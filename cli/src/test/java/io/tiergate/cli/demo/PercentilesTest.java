package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void areTheNearestRanksInMilliseconds() {
        long[] oneToAHundredMillis = LongStream.rangeClosed(1, 100)
                .map(milli -> (101 - milli) * 1_000_000)
                .toArray();
        assertThat(Percentiles.ofNanos(oneToAHundredMillis)).isEqualTo(new Percentiles(50, 95, 99));
    }

    @Test
    void areZeroWithoutMeasurements() {
        assertThat(Percentiles.ofNanos(new long[0])).isEqualTo(new Percentiles(0, 0, 0));
    }
}
