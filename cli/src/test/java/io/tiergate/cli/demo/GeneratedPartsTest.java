package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.parts.Lot;
import io.tiergate.parts.Part;
import io.tiergate.parts.PartGenerator;
import org.junit.jupiter.api.Test;

class GeneratedPartsTest {
    private final GeneratedParts parts = GeneratedParts.forRequests(3);

    @Test
    void areTheTestDrawOfTheModelCardInItsOrder() {
        for (int i = 0; i < 3; i++) {
            Part expected = new PartGenerator(3, Lot.NORMAL).part(i);
            assertThat(parts.image(i)).isEqualTo(expected.image().pixels());
            assertThat(parts.label(i)).isEqualTo(expected.label().number());
        }
    }

    @Test
    void theFirstComesAgainAfterTheLast() {
        assertThat(parts.image(3)).isEqualTo(parts.image(0)).isNotEqualTo(parts.image(1));
    }

    @Test
    void haveAPixelForEachRowAndColumnAndSixClasses() {
        assertThat(parts.image(0)).hasSize(parts.rows() * parts.columns());
        assertThat(parts.highestLabel()).isEqualTo(5);
    }
}
