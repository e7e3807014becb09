package io.tiergate.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartGeneratorTest {
    private static final int MANY = 400;

    /** Fixed for good: the committed models and their card were made from these very bytes. */
    @ParameterizedTest
    @CsvSource({
        "normal, c564630035a10703",
        "lamp:0.5, 13a500580edbc95b",
        "dust:0.5, 38eee18d2d3086d6",
        "supplier:0.5, dad5d1b8191191df"
    })
    void theFirstPartsAreTheSameBytesEverywhere(String lot, String expected) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        new PartGenerator(1, Lot.parse(lot)).parts().limit(100).forEach(part -> {
            digest.update((byte) part.label().number());
            digest.update(part.image().pixels());
        });

        assertThat(HexFormat.of().formatHex(digest.digest()).substring(0, 16)).isEqualTo(expected);
    }

    @Test
    void aPartDoesNotDependOnThoseBeforeIt() {
        PartGenerator generator = new PartGenerator(7, Lot.NORMAL);
        List<Part> inOrder = generator.parts().limit(20).toList();

        for (int i = 19; i >= 0; i--) {
            assertThat(generator.part(i)).isEqualTo(inOrder.get(i));
        }
    }

    @Test
    void partsOfOneDrawAndOfNeighbouringSeedsAreAllDifferent() {
        var pictures = new HashSet<GreyImage>();
        for (long seed = 1; seed <= 3; seed++) {
            new PartGenerator(seed, Lot.NORMAL).parts().limit(MANY).forEach(part -> pictures.add(part.image()));
        }

        assertThat(pictures).hasSize(3 * MANY);
    }

    @Test
    void everyClassHasItsShare() {
        Map<PartClass, Integer> counts = new EnumMap<>(PartClass.class);
        new PartGenerator(5, Lot.NORMAL)
                .parts()
                .limit(4_000)
                .forEach(part -> counts.merge(part.label(), 1, Integer::sum));

        assertThat(counts.get(PartClass.OK) / 4_000.0).isCloseTo(0.40, within(0.03));
        for (PartClass defect : PartClass.values()) {
            if (defect != PartClass.OK) {
                assertThat(counts.get(defect) / 4_000.0).as(defect.word()).isCloseTo(0.12, within(0.02));
            }
        }
    }

    @Test
    void anAgedLampMakesPicturesDarkerAndFlatter() {
        assertThat(mean(Lot.lampAgeing(1), PartGeneratorTest::brightness))
                .isLessThan(0.75 * mean(Lot.NORMAL, PartGeneratorTest::brightness));
        assertThat(mean(Lot.lampAgeing(1), PartGeneratorTest::spread))
                .isLessThan(0.8 * mean(Lot.NORMAL, PartGeneratorTest::spread));
    }

    @Test
    void blanksOfAnotherSupplierHaveARougherGrain() {
        assertThat(mean(Lot.newSupplier(1), PartGeneratorTest::roughness))
                .isGreaterThan(1.3 * mean(Lot.NORMAL, PartGeneratorTest::roughness));
    }

    @Test
    void aLotWithoutStrengthIsTheNormalOne() {
        Part normal = new PartGenerator(3, Lot.NORMAL).part(11);

        assertThat(new PartGenerator(3, Lot.lampAgeing(0)).part(11)).isEqualTo(normal);
        assertThat(new PartGenerator(3, Lot.dustOnLens(0)).part(11)).isEqualTo(normal);
        assertThat(new PartGenerator(3, Lot.newSupplier(0)).part(11)).isEqualTo(normal);
    }

    @Test
    void anIndexBelowZeroIsRefused() {
        assertThatThrownBy(() -> new PartGenerator(1, Lot.NORMAL).part(-1))
                .hasMessage("index: -1 (expected: 0 or more)");
    }

    private static double mean(Lot lot, ToDoubleFunction<GreyImage> measure) {
        return new PartGenerator(1, lot)
                .parts()
                .limit(MANY)
                .map(Part::image)
                .mapToDouble(measure)
                .average()
                .orElseThrow();
    }

    private static double brightness(GreyImage image) {
        double sum = 0;
        for (byte pixel : image.pixels()) {
            sum += Byte.toUnsignedInt(pixel);
        }
        return sum / (image.width() * image.height());
    }

    private static double spread(GreyImage image) {
        double mean = brightness(image);
        double squares = 0;
        for (byte pixel : image.pixels()) {
            squares += Math.pow(Byte.toUnsignedInt(pixel) - mean, 2);
        }
        return Math.sqrt(squares / (image.width() * image.height()));
    }

    /** Difference of neighbouring pixels between bore and rim, where only the face is. */
    private static double roughness(GreyImage image) {
        double sum = 0;
        for (int y = 28; y < 34; y++) {
            for (int x = 14; x < 26; x++) {
                sum += Math.abs(image.at(x, y) - image.at(x + 1, y));
            }
        }
        return sum;
    }
}
