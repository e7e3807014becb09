package io.tiergate.serving.openinference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TopClassesTest {
    private static final List<String> LABELS = List.of("a", "b", "c");

    @Test
    void everySampleHasItsBestClassesHighestFirst() {
        Tensor scores = Tensor.ofFloats("y", Shape.of(2, 3), 1, 3, 2, 0.5f, -1, 0.25f);
        Tensor best = TopClasses.of(scores, true, 2, LABELS);
        assertThat(best.name()).isEqualTo("y");
        assertThat(best.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(texts(best)).containsExactly("3.000000:1:b", "2.000000:2:c", "0.500000:0:a", "0.250000:2:c");
    }

    @Test
    void moreClassesThanThereAreAreAllOfThem() {
        Tensor best = TopClasses.of(Tensor.ofFloats("y", Shape.of(3), 1, 3, 2), false, Long.MAX_VALUE, List.of());
        assertThat(best.shape()).isEqualTo(Shape.of(3));
        assertThat(texts(best)).containsExactly("3.000000:1", "2.000000:2", "1.000000:0");
    }

    @Test
    void aSamplesFurtherDimensionsCountAsOneRowOfClasses() {
        Tensor best = TopClasses.of(Tensor.ofFloats("y", Shape.of(1, 2, 2), 1, 2, 4, 3), true, 1, LABELS);
        assertThat(best.shape()).isEqualTo(Shape.of(1, 1));
        assertThat(texts(best)).containsExactly("4.000000:2:c");
        assertThat(texts(TopClasses.of(Tensor.ofFloats("y", Shape.of(), 7), false, 1, List.of())))
                .containsExactly("7.000000:0");
    }

    @Test
    void aClassWithoutALabelHasNone() {
        assertThat(texts(TopClasses.of(Tensor.ofFloats("y", Shape.of(1, 4), 1, 2, 3, 4), true, 2, LABELS)))
                .containsExactly("4.000000:3", "3.000000:2:c");
    }

    @Test
    void equalValuesComeInTheirOrderAndWhatIsNoNumberComesLast() {
        float nan = Float.NaN;
        float infinity = Float.POSITIVE_INFINITY;
        assertThat(texts(TopClasses.of(
                        Tensor.ofFloats("y", Shape.of(6), nan, 1, 1, infinity, -infinity, nan), false, 6, List.of())))
                .containsExactly("inf:3", "1.000000:1", "1.000000:2", "-inf:4", "nan:0", "nan:5");
    }

    @Test
    void numbersAreWrittenAsCWritesThem() {
        assertThat(texts(TopClasses.of(
                        doubles(1e15, 0.1234565, 0.0078125, 0.0000005, -0.0, -0.0000001, -12.5), false, 7, List.of())))
                .containsExactly(
                        "1000000000000000.000000:0",
                        // Just below the half: the double nearest to 0.1234565 is 0.12345649999…
                        "0.123456:1",
                        // Just the half, which goes to the even neighbour.
                        "0.007812:2",
                        "0.000000:3",
                        "-0.000000:4",
                        "-0.000000:5",
                        "-12.500000:6");
    }

    @Test
    void wholeNumbersAreRankedInTheirOwnRange() {
        assertThat(texts(TopClasses.of(
                        bytes(DataType.UINT8, 2, b -> b.put((byte) 1).put((byte) 200)), false, 2, List.of())))
                .containsExactly("200:1", "1:0");
        assertThat(texts(TopClasses.of(
                        bytes(DataType.INT8, 2, b -> b.put((byte) 1).put((byte) 200)), false, 2, List.of())))
                .containsExactly("1:0", "-56:1");
        assertThat(texts(TopClasses.of(
                        bytes(DataType.UINT64, 16, b -> b.putLong(1).putLong(-1)), false, 2, List.of())))
                .containsExactly("18446744073709551615:1", "1:0");
        assertThat(texts(TopClasses.of(
                        bytes(DataType.INT64, 16, b -> b.putLong(Long.MAX_VALUE - 1)
                                .putLong(Long.MAX_VALUE)),
                        false,
                        1,
                        List.of())))
                .as("a double could not tell them apart")
                .containsExactly("9223372036854775807:1");
        assertThat(texts(TopClasses.of(
                        bytes(DataType.UINT16, 4, b -> b.putShort((short) 1).putShort((short) -1)),
                        false,
                        1,
                        List.of())))
                .containsExactly("65535:1");
        assertThat(texts(TopClasses.of(bytes(DataType.INT32, 8, b -> b.putInt(1).putInt(-1)), false, 1, List.of())))
                .containsExactly("1:0");
    }

    @Test
    void halfPrecisionIsReadAsWhatItStandsFor() {
        // 1.5 and -2 in both forms.
        assertThat(texts(TopClasses.of(
                        bytes(DataType.FP16, 4, b -> b.putShort((short) 0x3e00).putShort((short) 0xc000)),
                        false,
                        2,
                        List.of())))
                .containsExactly("1.500000:0", "-2.000000:1");
        assertThat(texts(TopClasses.of(
                        bytes(DataType.BF16, 4, b -> b.putShort((short) 0x3fc0).putShort((short) 0xc000)),
                        false,
                        2,
                        List.of())))
                .containsExactly("1.500000:0", "-2.000000:1");
    }

    private static Tensor doubles(double... values) {
        return bytes(DataType.FP64, values.length * Double.BYTES, buffer -> {
            for (double value : values) {
                buffer.putDouble(value);
            }
        });
    }

    private static Tensor bytes(DataType type, int size, Consumer<ByteBuffer> fill) {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        fill.accept(buffer);
        return Tensor.of("y", type, Shape.of(size / type.elementBytes()), buffer.flip());
    }

    private static List<String> texts(Tensor tensor) {
        return tensor.strings().stream().map(bytes -> new String(bytes, UTF_8)).toList();
    }
}
