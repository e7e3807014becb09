package io.tiergate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestsTest {
    @Test
    void inFileOrderEveryImageComesOnceAndIsChangedFromTheDriftOn() {
        Requests requests = Requests.inFileOrder(5, OptionalInt.of(3));

        assertThat(IntStream.range(0, 5).map(requests::image)).containsExactly(0, 1, 2, 3, 4);
        assertThat(IntStream.range(0, 5).filter(requests::isChanged)).containsExactly(3, 4);
        assertThat(requests.imagesShown(false)).containsExactly(0, 1, 2);
        assertThat(requests.imagesShown(true)).containsExactly(3, 4);
    }

    @Test
    void drawsAreThoseOfTheSeedAndEachImageIsAskedForOnce() {
        Requests requests = Requests.drawn(1000, 7, OptionalInt.empty(), new SplittableRandom(3));
        Requests again = Requests.drawn(1000, 7, OptionalInt.empty(), new SplittableRandom(3));

        assertThat(requests.count()).isEqualTo(1000);
        assertThat(requests.imagesShown(false)).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(requests.imagesShown(true)).isEmpty();
        assertThat(IntStream.range(0, 1000).map(requests::image).toArray())
                .isEqualTo(IntStream.range(0, 1000).map(again::image).toArray());
    }
}
