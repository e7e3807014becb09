package io.tiergate.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DiceTest {
    @Property
    void wholeNumbersKeepWithinBothEnds(@ForAll long seed, @ForAll @IntRange(max = 1000) int reach) {
        assertThat(new Dice(seed).whole(-reach, reach)).isBetween(-reach, reach);
    }

    @Property
    void anIndexWithoutWeightIsNeverPicked(@ForAll long seed) {
        assertThat(new Dice(seed).pick(0, 1, 0, 2, 0)).isIn(1, 3);
    }

    @Test
    void theBellHasMeanZeroAndDeviationOne() {
        Dice dice = new Dice(1);
        double sum = 0;
        double squares = 0;
        int count = 100_000;
        for (int i = 0; i < count; i++) {
            double value = dice.bell();
            sum += value;
            squares += value * value;
        }

        assertThat(sum / count).isCloseTo(0, within(0.02));
        assertThat(Math.sqrt(squares / count)).isCloseTo(1, within(0.02));
    }

    @Test
    void theFirstChancesOfNeighbouringItemsAndSeedsHaveNothingInCommon() {
        double sum = 0;
        for (long seed = 0; seed < 20; seed++) {
            for (long index = 0; index < 100; index++) {
                sum += Dice.forItem(seed, index).fraction();
                assertThat(Dice.forItem(seed, index).fraction())
                        .isNotEqualTo(Dice.forItem(seed + 1, index).fraction())
                        .isNotEqualTo(Dice.forItem(seed, index + 1).fraction());
            }
        }

        assertThat(sum / 2_000).isCloseTo(0.5, within(0.03));
    }
}
