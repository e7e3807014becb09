package io.tiergate.gate.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class InputStatisticsTest {
    /** Of 1, 5, 2, 4: mean 3, squares 46 / 4 = 11.5, so that the deviation is sqrt(2.5); pairs (1, 5) and (2, 4). */
    @Test
    void readsFloatsInTheBuffersOrder() {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            assertAre(read(floats(order, 1, 5, 2, 4), InputStatistics.FLOATS, 0, 4), 3, Math.sqrt(2.5), 1, 5, 3);
        }
    }

    @Test
    void readsBytesWithoutASign() {
        ByteBuffer data = ByteBuffer.wrap(new byte[] {(byte) 200, 100, 0, (byte) 255});

        assertAre(
                read(data, InputStatistics.UNSIGNED_BYTES, 0, 4),
                138.75,
                Math.sqrt(115025 / 4.0 - 138.75 * 138.75),
                0,
                255,
                177.5);
    }

    @Test
    void readsOneSampleOfSeveralAndFromTheBuffersPosition() {
        ByteBuffer data = floats(ByteOrder.LITTLE_ENDIAN, 77, 99, 99, 3, 4, 99);
        data.position(Float.BYTES);

        assertAre(read(data, InputStatistics.FLOATS, 2, 2), 3.5, 0.5, 3, 4, 1);
    }

    @Test
    void oneElementIsFlat() {
        assertAre(read(floats(ByteOrder.LITTLE_ENDIAN, 9, 7, 9), InputStatistics.FLOATS, 1, 1), 7, 0, 7, 7, 0);
    }

    @Test
    void noElementHasNoStatistics() {
        assertThat(read(floats(ByteOrder.LITTLE_ENDIAN), InputStatistics.FLOATS, 0, 0))
                .containsOnly(Double.NaN);
    }

    @Test
    void aFlatInputHasNoDeviation() {
        double[] statistics = read(floats(ByteOrder.LITTLE_ENDIAN, 0.1f, 0.1f, 0.1f), InputStatistics.FLOATS, 0, 3);

        assertThat(statistics[Statistic.INPUT_DEVIATION.index()]).isCloseTo(0, within(1e-8));
    }

    @Test
    void aNumberThatIsNoneSpreads() {
        double[] statistics = read(floats(ByteOrder.LITTLE_ENDIAN, 1, Float.NaN), InputStatistics.FLOATS, 0, 2);

        assertThat(statistics[Statistic.INPUT_MEAN.index()]).isNaN();
        assertThat(statistics[Statistic.INPUT_HIGHEST.index()]).isNaN();
    }

    /** Every element counts where there are few; never one outside the sample. */
    @Property(tries = 300)
    void readsWithinTheSampleAndAllOfASmallOne(@ForAll @IntRange(min = 1, max = 3000) int count) {
        ByteBuffer data = ByteBuffer.allocate(count + 2);
        data.put(0, (byte) 255).put(count + 1, (byte) 255);
        boolean[] seen = new boolean[count + 2];
        double[] statistics = new double[Statistic.COUNT];

        InputStatistics.read(
                data,
                (bytes, index) -> {
                    seen[index] = true;
                    return bytes.get(index);
                },
                1,
                count,
                statistics);

        assertThat(seen[0]).isFalse();
        assertThat(seen[count + 1]).isFalse();
        assertThat(seen[1]).isTrue();
        if (count <= 2 * InputStatistics.MOST_PAIRS && count % 2 == 0) {
            for (int i = 1; i <= count; i++) {
                assertThat(seen[i]).as("element %d of %d", i, count).isTrue();
            }
        }
    }

    private static void assertAre(double[] read, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(read[i]).as("statistic %d", i).isCloseTo(expected[i], within(1e-9));
        }
    }

    private static double[] read(ByteBuffer data, InputStatistics.Elements elements, int from, int count) {
        double[] into = new double[Statistic.COUNT];
        into[Statistic.ENERGY.index()] = Double.NaN;
        InputStatistics.read(data, elements, from, count, into);
        return into;
    }

    private static ByteBuffer floats(ByteOrder order, float... values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(order);
        for (float value : values) {
            data.putFloat(value);
        }
        return data.flip();
    }
}
