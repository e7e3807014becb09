package io.tiergate.gate.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CusumTest {
    /** A hit adds log 2, a miss takes log(0.9 / 0.8). */
    @Test
    void sumsLogLikelihoodRatiosAndStaysAtZeroOrAbove() {
        Cusum cusum = Cusum.of(0.1, 0.2, 100_000);
        double hit = Math.log(2);
        double miss = Math.log(0.8 / 0.9);

        cusum.add(false);
        assertThat(cusum.sum()).isZero();
        cusum.add(true);
        cusum.add(false);
        cusum.add(true);
        assertThat(cusum.sum()).isCloseTo(2 * hit + miss, within(1e-12));
        cusum.add(true, 0.25);
        cusum.add(false, 0.5);
        assertThat(cusum.sum()).isCloseTo(2.25 * hit + 1.5 * miss, within(1e-12));
    }

    @Test
    void alarmsOnceTheSumIsAboveTheLimitAndGoesOnWhereAnEarlierOneLeftOff() {
        Cusum first = Cusum.of(0.1, 0.2, 20_000);
        int hits = 1;
        while (!first.add(true)) {
            hits++;
        }
        assertThat(hits).isBetween(8, 14);

        Cusum second = Cusum.of(0.1, 0.2, 20_000);
        second.restore((hits - 1) * Math.log(2));
        assertThat(second.add(true)).isTrue();
    }

    @Test
    void whatIsRestoredFromNoNumberStartsAnew() {
        Cusum cusum = Cusum.of(0.1, 0.2, 20_000);
        cusum.restore(Double.NaN);

        assertThat(cusum.sum()).isZero();
    }

    /** Half to twice what is promised, for an approximation that is called rough; the mean of 200 has a standard error of 7 %. */
    @ParameterizedTest
    @CsvSource({
        "0.278, 0.395, 4000",
        "0.02, 0.047, 4000",
        "0.03, 0.09, 4000",
        "0.014, 0.042, 4000",
        "0.65, 0.8975, 4000",
        "0.002, 0.006, 4000"
    })
    void isFooledAboutAsRarelyAsAskedFor(double usual, double raised, int falseEvery) {
        SplittableRandom random = new SplittableRandom(3);
        long trials = 0;
        for (int run = 0; run < 200; run++) {
            Cusum cusum = Cusum.of(usual, raised, falseEvery);
            do {
                trials++;
            } while (!cusum.add(random.nextDouble() < usual));
        }
        assertThat(trials / 200.0).isBetween(0.5 * falseEvery, 2.5 * falseEvery);
    }

    @ParameterizedTest
    @CsvSource({"1e-4, 3e-4", "1e-6, 3e-6", "1e-9, 3e-9"})
    void rareEventsAreNeverAlarmedAboutByTheirAbsence(double usual, double raised) {
        Cusum cusum = Cusum.of(usual, raised, 20_000);
        for (int i = 0; i < 1000; i++) {
            assertThat(cusum.add(false)).isFalse();
        }
        assertThat(cusum.add(true)).isEqualTo(usual * 20_000 <= 1);
        assertThat(cusum.add(true)).isTrue();
    }

    @Test
    void oneThatNeverAlarmsNeverAlarms() {
        Cusum never = Cusum.never();
        never.restore(100);
        for (int i = 0; i < 1000; i++) {
            assertThat(never.add(true)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0.1", "0.2, 0.2", "0.3, 0.2", "0.5, 1", "NaN, 0.5"})
    void thereIsSomethingToBeFoundOut(double usual, double raised) {
        assertThatThrownBy(() -> Cusum.of(usual, raised, 1000)).hasMessageContaining("expected: 0 < from < to < 1");
    }
}
