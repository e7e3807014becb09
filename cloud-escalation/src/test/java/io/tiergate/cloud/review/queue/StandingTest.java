package io.tiergate.cloud.review.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {
    @Test
    void decidesWithTheOneLabelThatIsWanted() {
        assertThat(of(1, "b")).isEqualTo(new Standing.Decided("b", 1));
    }

    @Test
    void waitsUntilAllLabelsAreThereThoughTheyCouldNotChangeItAnyMore() {
        assertThat(of(3)).isEqualTo(new Standing.Open());
        assertThat(of(3, "a", "a")).isEqualTo(new Standing.Open());
    }

    @Test
    void decidesByMoreThanHalf() {
        assertThat(of(3, "b", "a", "a")).isEqualTo(new Standing.Decided("a", 0));
        assertThat(of(2, "a", "b")).isEqualTo(new Standing.Tied());
        assertThat(of(4, "a", "a", "b", "c")).as("just half").isEqualTo(new Standing.Tied());
    }

    @Test
    void leavesATieToTheAdjudicatorWhateverTheOthersSay() {
        List<GivenLabel> labels = new ArrayList<>(labels("a", "b"));
        labels.add(new GivenLabel("judge", "c", 2, true));
        assertThat(Standing.of(2, labels)).isEqualTo(new Standing.Decided("c", 2));
    }

    private static Standing of(int wanted, String... labels) {
        return Standing.of(wanted, labels(labels));
    }

    private static List<GivenLabel> labels(String... labels) {
        List<GivenLabel> given = new ArrayList<>();
        for (String label : labels) {
            given.add(new GivenLabel("person-" + given.size(), label, label.charAt(0) - 'a', false));
        }
        return given;
    }
}
