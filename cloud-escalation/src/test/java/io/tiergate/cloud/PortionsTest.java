package io.tiergate.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Items here are their own sizes in bytes. */
class PortionsTest {
    @Test
    void leavesWholeWhatIsWithinTheLimits() {
        assertThat(portions(3, 60, 10, 20, 30)).containsExactly(List.of(10, 20, 30));
    }

    @Test
    void cutsByCount() {
        assertThat(portions(2, 1_000, 1, 2, 3, 4, 5)).containsExactly(List.of(1, 2), List.of(3, 4), List.of(5));
    }

    @Test
    void cutsByBytes() {
        assertThat(portions(9, 60, 30, 30, 1, 59, 1)).containsExactly(List.of(30, 30), List.of(1, 59), List.of(1));
    }

    @Test
    void givesAnItemAboveTheLimitAPortionOfItsOwn() {
        assertThat(portions(9, 60, 1, 61, 1, 1)).containsExactly(List.of(1), List.of(61), List.of(1, 1));
        assertThat(portions(9, 60, 61)).containsExactly(List.of(61));
    }

    @Test
    void takesItemsWithoutBytes() {
        assertThat(portions(9, 0, 0, 0)).containsExactly(List.of(0, 0));
    }

    @Test
    void hasNoPortionOfNothing() {
        assertThat(portions(9, 60)).isEmpty();
    }

    private static List<List<Integer>> portions(int mostItems, long mostBytes, Integer... sizes) {
        return Portions.of(List.of(sizes), mostItems, mostBytes, size -> size);
    }
}
