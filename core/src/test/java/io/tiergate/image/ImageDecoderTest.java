package io.tiergate.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.testing.TestImages;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
    private final ImageDecoder decoder = ImageDecoder.within(1_000_000_000);

    @Test
    void greySamplesComeAsTheyAreStoredAndAreNotBrightened() {
        Pixels pixels = decode(TestImages.grey("png", 3, 0, 1, 50, 128, 200, 255), ColorMode.GREY);

        assertThat(pixels.height()).isEqualTo(2);
        assertThat(pixels.width()).isEqualTo(3);
        assertThat(pixels.channels()).hasSize(1);
        assertThat(pixels.channels().get(0)).containsExactly(0, 1, 50, 128, 200, 255);
    }

    @Test
    void aGreyPictureGivesThreeEqualChannelsAsRgb() {
        Pixels pixels = decode(TestImages.grey("png", 2, 7, 90), ColorMode.RGB);

        assertThat(pixels.channels()).hasSize(3).allSatisfy(channel -> assertThat(channel)
                .containsExactly(7, 90));
    }

    @Test
    void sixteenBitSamplesKeepTheirUpperHalf() {
        Pixels pixels = decode(TestImages.grey16(3, 0x0000, 0x80ff, 0xffff), ColorMode.GREY);

        assertThat(pixels.channels().get(0)).containsExactly(0, 0x80, 255);
    }

    @Test
    void colorsComeAsRedGreenBlueAndAsBrightness() {
        byte[] picture = TestImages.color(BufferedImage.TYPE_INT_RGB, 2, 0xff0000, 0x00ff00, 0x0000ff, 0x102030);

        Pixels rgb = decode(picture, ColorMode.RGB);
        Pixels grey = decode(picture, ColorMode.GREY);

        assertThat(rgb.channels().get(0)).containsExactly(255, 0, 0, 0x10);
        assertThat(rgb.channels().get(1)).containsExactly(0, 255, 0, 0x20);
        assertThat(rgb.channels().get(2)).containsExactly(0, 0, 255, 0x30);
        // 0.299 * 255, 0.587 * 255, 0.114 * 255, and 0.299 * 16 + 0.587 * 32 + 0.114 * 48.
        assertThat(grey.channels().get(0)).containsExactly(76, 150, 29, 29);
    }

    @Test
    void transparencyIsDroppedAndPalettesAreResolved() {
        byte[] transparent = TestImages.color(BufferedImage.TYPE_INT_ARGB, 1, 0x00102030);
        byte[] palette = TestImages.color(BufferedImage.TYPE_BYTE_INDEXED, 2, 0xff0000, 0xffffff);
        byte[] blackAndWhite = TestImages.color(BufferedImage.TYPE_BYTE_BINARY, 2, 0x000000, 0xffffff);

        assertThat(decode(transparent, ColorMode.RGB).channels().get(1)).containsExactly(0x20);
        assertThat(decode(palette, ColorMode.RGB).channels().get(1)).containsExactly(0, 255);
        assertThat(decode(blackAndWhite, ColorMode.GREY).channels().get(0)).containsExactly(0, 255);
    }

    @Test
    void jpegIsDecodedToo() {
        int[] samples = new int[64];
        Arrays.fill(samples, 100);

        assertThat(decode(TestImages.grey("jpeg", 8, samples), ColorMode.GREY)
                        .channels()
                        .get(0))
                .containsOnly(100);
    }

    @Test
    void whatIsNoPictureIsRefusedByItsFirstBytes() {
        for (String text : new String[] {"", "GIF89a and more", "\u0089PN", "<svg/>"}) {
            assertThatThrownBy(() -> decode(text.getBytes(StandardCharsets.ISO_8859_1)))
                    .isInstanceOf(InvalidImageException.class)
                    .hasMessage("image is neither PNG nor JPEG, by its first bytes; convert it to one of them");
        }
    }

    @Test
    void aTruncatedPictureIsRefusedAndNotFilledUp() {
        int[] noise = new Random(1).ints(64 * 64, 0, 256).toArray();
        for (String format : new String[] {"png", "jpeg"}) {
            byte[] whole = TestImages.grey(format, 64, noise);
            for (int share = 1; share < 10; share++) {
                byte[] part = Arrays.copyOf(whole, whole.length * share / 10);
                assertThatThrownBy(() -> decode(part))
                        .as("%s, %d tenths", format, share)
                        .isInstanceOf(InvalidImageException.class)
                        .hasMessageStartingWith("image ")
                        .hasMessageNotContaining("\n");
            }
        }
    }

    @Test
    void bytesTurnedAroundGiveAPictureOrARefusalAndNothingElse() {
        Random random = new Random(2);
        for (String format : new String[] {"png", "jpeg"}) {
            byte[] whole = TestImages.grey(format, 16, random.ints(256, 0, 256).toArray());
            for (int attempt = 0; attempt < 300; attempt++) {
                byte[] damaged = whole.clone();
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    assertThat(decode(damaged).channels()).hasSize(1);
                } catch (InvalidImageException e) {
                    assertThat(e).hasMessageStartingWith("image ");
                }
            }
        }
    }

    @Test
    void aHeaderThatClaimsAGiantIsRefusedBeforeAnythingIsDecoded() {
        byte[] giant = TestImages.grey("png", 1, 0);
        // Width and height stand behind the signature and the first chunk's length and name; their checksum follows.
        ByteBuffer.wrap(giant).putInt(16, 60_000).putInt(20, 60_000);
        CRC32 checksum = new CRC32();
        checksum.update(giant, 12, 17);
        ByteBuffer.wrap(giant).putInt(29, (int) checksum.getValue());

        assertThatThrownBy(() -> decode(giant))
                .isInstanceOf(InvalidImageException.class)
                .hasMessage("image of 60000 by 60000 pixels (expected: at most 24000000 in all); send a smaller one");
    }

    @Test
    void bothLimitsAllowJustWhatTheySay() {
        byte[] picture = TestImages.grey("png", 3, 1, 2, 3);

        assertThat(decode(new ImageDecoder(new ImageLimits(picture.length, 3), 3), picture))
                .isNotNull();
        assertThatThrownBy(() -> decode(new ImageDecoder(new ImageLimits(picture.length - 1, 3), 3), picture))
                .hasMessage("image of %d bytes (expected: at most %d); send a smaller one"
                        .formatted(picture.length, picture.length - 1));
        assertThatThrownBy(() -> decode(new ImageDecoder(new ImageLimits(picture.length, 2), 2), picture))
                .hasMessage("image of 1 by 3 pixels (expected: at most 2 in all); send a smaller one");
    }

    @Test
    void aSmallMemoryLowersTheMostPixelsOfAPicture() {
        ImageDecoder small = ImageDecoder.within(3 * 40);

        assertThat(decode(small, TestImages.grey("png", 3, 1, 2, 3)).width()).isEqualTo(3);
        assertThatThrownBy(() -> decode(small, TestImages.grey("png", 4, 1, 2, 3, 4)))
                .hasMessage("image of 1 by 4 pixels (expected: at most 3 in all); send a smaller one");
    }

    @Test
    void picturesForWhichThereIsRoomAreInWorkTogether() throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, 4);
        byte[] picture = TestImages.grey("png", 2, 1, 2);
        Thread other =
                Thread.ofPlatform().start(() -> decoder.decode(picture, ColorMode.GREY, pixels -> meet(together)));

        assertThat(decoder.<Boolean>decode(picture, ColorMode.GREY, pixels -> meet(together)))
                .isTrue();
        other.join();
    }

    @Test
    void aPictureWaitsUntilOthersHaveLeftRoomForIt() throws Exception {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, 3);
        byte[] picture = TestImages.grey("png", 2, 1, 2);
        List<String> order = new CopyOnWriteArrayList<>();
        Thread second = Thread.ofPlatform()
                .unstarted(() -> order.add(decoder.decode(picture, ColorMode.GREY, pixels -> "second")));

        order.add(decoder.decode(picture, ColorMode.GREY, pixels -> {
            second.start();
            while (second.getState() != Thread.State.WAITING && second.isAlive()) {
                Thread.onSpinWait();
            }
            return order.isEmpty() ? "first" : "too late";
        }));

        second.join();
        assertThat(order).containsExactlyInAnyOrder("first", "second");
    }

    private static boolean meet(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
            return true;
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            return false;
        }
    }

    private Pixels decode(byte[] encoded) {
        return decode(encoded, ColorMode.GREY);
    }

    private Pixels decode(byte[] encoded, ColorMode mode) {
        return decoder.decode(encoded, mode, pixels -> pixels);
    }

    private static Pixels decode(ImageDecoder decoder, byte[] encoded) {
        return decoder.decode(encoded, ColorMode.GREY, pixels -> pixels);
    }
}
