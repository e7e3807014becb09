package io.tiergate.gate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final Limits.Range MEAN = new Limits.Range(Statistic.INPUT_MEAN, -1, 2);
    private static final Limits.Range ENERGY = new Limits.Range(Statistic.ENERGY, 3, Double.MAX_VALUE);
    private final Limits limits = new Limits(0.01, List.of(MEAN, ENERGY));

    @Test
    void namesTheStatisticThatLiesOutside() {
        assertThat(limits.failed(statistics(-1, 3))).isNull();
        assertThat(limits.failed(statistics(2, 100))).isNull();
        assertThat(limits.failed(statistics(2.0001, 3))).isEqualTo(Statistic.INPUT_MEAN);
        assertThat(limits.failed(statistics(0, 2.9999))).isEqualTo(Statistic.ENERGY);
        assertThat(limits.failed(statistics(-2, 0))).isEqualTo(Statistic.INPUT_MEAN);
        assertThat(limits.failed(statistics(Double.NaN, 3))).isEqualTo(Statistic.INPUT_MEAN);
        assertThat(Limits.NONE.failed(statistics(Double.NaN, Double.NaN))).isNull();
    }

    @Test
    void knowsWhetherTheInputIsNeeded() {
        assertThat(limits.needInput()).isTrue();
        assertThat(new Limits(0, List.of(ENERGY)).needInput()).isFalse();
        assertThat(Limits.NONE.needInput()).isFalse();
    }

    @Test
    void leavesOutAboutTheShareOfOrdinarySamplesAndSaysSo() {
        Limits around = Limits.around(samples(1, 20_000), 0.06);
        double leftOut = shareOutside(around, samples(2, 20_000));

        assertThat(around.ranges()).hasSize(Statistic.COUNT);
        assertThat(leftOut).isBetween(0.04, 0.06);
        assertThat(around.falseAlarmShare()).isCloseTo(leftOut, within(0.005));
    }

    /** Their extremes are the range, and none of them lies outside: the next hundred will not be so obedient. */
    @Test
    void foreseesMoreFalseAlarmsWhereFewSamplesMadeTheRanges() {
        double leftOut = 0;
        double foreseen = 0;
        for (int seed = 0; seed < 50; seed++) {
            Limits around = Limits.around(samples(seed, 100), 0.01);
            leftOut += shareOutside(around, samples(1000 + seed, 1000)) / 50;
            foreseen += around.falseAlarmShare() / 50;
        }
        assertThat(leftOut).isGreaterThan(0.05);
        assertThat(foreseen).isCloseTo(leftOut, within(0.02));
    }

    @Test
    void muchEnergyIsNoReasonForDoubt() {
        Limits around = Limits.around(samples(1, 1000), 0.1);

        assertThat(around.ranges())
                .filteredOn(range -> range.statistic() == Statistic.ENERGY)
                .singleElement()
                .matches(range -> range.high() == Double.MAX_VALUE);
    }

    @Test
    void checksOnlyWhatTheSamplesHave() {
        List<double[]> withoutInput = samples(1, 100);
        withoutInput.forEach(sample -> Arrays.fill(sample, 0, Statistic.ENERGY.index(), Double.NaN));

        Limits around = Limits.around(withoutInput, 0.1);

        assertThat(around.ranges()).extracting(Limits.Range::statistic).containsExactly(Statistic.ENERGY);
        assertThat(around.needInput()).isFalse();
    }

    @Test
    void oneBrokenSampleDoesNotTurnACheckOff() {
        List<double[]> oneBroken = samples(1, 1000);
        Arrays.fill(oneBroken.get(3), 0, Statistic.ENERGY.index(), Double.NaN);

        Limits around = Limits.around(oneBroken, 0.06);

        assertThat(around.ranges()).hasSize(Statistic.COUNT).allMatch(range -> Double.isFinite(range.low()));
        assertThat(around.failed(oneBroken.get(3))).isEqualTo(Statistic.INPUT_MEAN);
    }

    @Test
    void noSamplesNoChecks() {
        assertThat(Limits.around(List.of(), 0.1)).isEqualTo(Limits.NONE);
    }

    @Test
    void oneSampleIsARangeAndForeseesNothing() {
        Limits around = Limits.around(samples(1, 1), 0.1);

        assertThat(around.failed(samples(1, 1).get(0))).isNull();
        assertThat(around.falseAlarmShare()).isEqualTo(1);
    }

    @Test
    void whatNeverChangesAlarmsNever() {
        Limits around =
                Limits.around(Stream.generate(() -> statistics(1, 5)).limit(50).toList(), 0.1);

        assertThat(around.falseAlarmShare()).isZero();
        assertThat(around.failed(statistics(1, 5))).isNull();
    }

    @Test
    void aRangeAndAShareMakeSense() {
        assertThatThrownBy(() -> new Limits.Range(Statistic.ENERGY, 2, 1))
                .hasMessage("energy: 2.0 to 1.0 (expected: a range)");
        assertThatThrownBy(() -> new Limits.Range(Statistic.ENERGY, Double.NaN, 1))
                .hasMessageContaining("expected: a range");
        assertThatThrownBy(() -> new Limits(1.5, List.of()))
                .hasMessage("false alarm share: 1.5 (expected: 0.0 to 1.0)");
    }

    private static double shareOutside(Limits limits, List<double[]> samples) {
        return samples.stream().filter(sample -> limits.failed(sample) != null).count() / (double) samples.size();
    }

    private static List<double[]> samples(int seed, int count) {
        Random random = new Random(seed);
        return Stream.generate(
                        () -> random.doubles(Statistic.COUNT).map(x -> x * 10).toArray())
                .limit(count)
                .toList();
    }

    private static double[] statistics(double mean, double energy) {
        double[] statistics = new double[Statistic.COUNT];
        statistics[Statistic.INPUT_MEAN.index()] = mean;
        statistics[Statistic.ENERGY.index()] = energy;
        return statistics;
    }
}
