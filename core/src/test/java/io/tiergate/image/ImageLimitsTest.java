package io.tiergate.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ImageLimitsTest {
    @Test
    void picturesDecodedAtOnceFitIntoTheMemoryTogether() {
        assertThat(ImageLimits.within(120_000_000, 4).pixels()).isEqualTo(1_000_000);
        assertThat(ImageLimits.within(120_000_000, 1).pixels()).isEqualTo(4_000_000);
    }

    @Test
    void muchMemoryDoesNotRaiseTheLimitsAndLittleLeavesOnePixel() {
        assertThat(ImageLimits.within(Long.MAX_VALUE, 1)).isEqualTo(ImageLimits.DEFAULT);
        assertThat(ImageLimits.within(0, 8).pixels()).isEqualTo(1);
    }
}
