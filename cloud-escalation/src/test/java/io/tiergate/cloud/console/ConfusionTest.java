package io.tiergate.cloud.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.cloud.console.Confusion.Cell;
import io.tiergate.cloud.console.Confusion.Pair;
import io.tiergate.cloud.console.Confusion.Row;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionTest {
    @Test
    void hasTheEdgesLabelsInItsRowsAndTheEnsemblesInItsColumns() {
        Confusion confusion =
                Confusion.of(List.of(new Pair("b", "b", 7), new Pair("a", "b", 2), new Pair("a", "a", 1)));
        assertThat(confusion.labels()).containsExactly("a", "b");
        assertThat(confusion.rows())
                .containsExactly(
                        new Row("a", List.of(new Cell(1, true), new Cell(2, false))),
                        new Row("b", List.of(new Cell(0, false), new Cell(7, true))));
        assertThat(confusion.kept()).isEqualTo(8);
        assertThat(confusion.keptPercent()).isEqualTo(80);
        assertThat(confusion.leftOut()).isZero();
    }

    @Test
    void leavesRareLabelsOutAndSaysHowManySamplesTheyHave() {
        List<Pair> pairs = IntStream.rangeClosed(1, Confusion.MOST_LABELS + 2)
                .mapToObj(number -> new Pair("label-%02d".formatted(number), "label-%02d".formatted(number), number))
                .toList();
        Confusion confusion = Confusion.of(pairs);
        assertThat(confusion.labels()).hasSize(Confusion.MOST_LABELS).doesNotContain("label-01", "label-02");
        assertThat(confusion.leftOut()).isEqualTo(1 + 2);
        assertThat(confusion.kept()).isEqualTo(confusion.total());
    }

    @Test
    void isEmptyWithoutSamples() {
        assertThat(Confusion.of(List.of()).isEmpty()).isTrue();
        assertThat(Confusion.of(List.of()).keptPercent()).isZero();
    }
}
