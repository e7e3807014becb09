package io.tiergate.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class GreyImageTest {
    @Test
    void pixelsAreUnsignedAndLieRowByRow() {
        GreyImage image = new GreyImage(2, 3, new byte[] {0, 1, 2, 3, 4, (byte) 255});

        assertThat(image.at(1, 0)).isEqualTo(1);
        assertThat(image.at(1, 2)).isEqualTo(255);
    }

    @Test
    void neitherItsMakerNorItsReaderCanChangeIt() {
        byte[] pixels = {1, 2};
        GreyImage image = new GreyImage(2, 1, pixels);
        pixels[0] = 9;
        image.pixels()[1] = 9;

        assertThat(image).isEqualTo(new GreyImage(2, 1, new byte[] {1, 2}));
        assertThat(image).isNotEqualTo(new GreyImage(1, 2, new byte[] {1, 2}));
    }

    @Test
    void bytesThatDoNotFillThePictureAreRefused() {
        assertThatThrownBy(() -> new GreyImage(2, 2, new byte[3]))
                .hasMessage("pixels: 3 bytes (expected: one each for width 2 times height 2)");
        assertThatThrownBy(() -> new GreyImage(0, 0, new byte[0])).isInstanceOf(IllegalArgumentException.class);
    }
}
