package io.tiergate.testing;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Tensors of every type whose elements are any bits, among them often those at the borders of their type. */
public final class TensorArbitraries {
    /**
     * Bit patterns of 64, of which an element takes the lowest or the highest: zeros, minus zeros, smallest and largest numbers of every
     * width, denormal numbers, infinities, and quiet and signalling NaNs with a payload.
     */
    private static final Long[] BORDERS = {
        0L,
        -1L,
        1L,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        0x80008000_80008000L,
        0x7fff7fff_7fff7fffL,
        0x00010001_00010001L,
        0x007fffff_000003ffL,
        0x7ff00000_00000000L,
        0xfff00000_00000000L,
        0x7f800000_ff800000L,
        0x7ff80000_0000beefL,
        0x7ff00000_0000beefL,
        0x7fc0beef_7f80beefL,
        0x7e017c01_7fc17f81L
    };

    private TensorArbitraries() {}

    /** Tensors named {@code x}; the texts of {@link DataType#BYTES} are well-formed UTF-8. */
    public static Arbitrary<Tensor> tensors(DataType type, Arbitrary<Shape> shapes) {
        return shapes.flatMap(shape -> {
            int elements = (int) shape.elements("x");
            return type == DataType.BYTES
                    ? texts().list().ofSize(elements).map(texts -> Tensor.ofStrings("x", shape, texts))
                    : bits().list().ofSize(elements).map(bits -> tensor(type, shape, bits));
        });
    }

    /** Tensors of every type, of ranks 0 to 5 and sizes 0 to 3: scalars and tensors without elements among them. */
    public static Arbitrary<Tensor> ofAnyTypeAndShape() {
        return Arbitraries.of(DataType.class).flatMap(type -> tensors(type, shapes(0, 5)));
    }

    /** Shapes with sizes of 0 to 3. */
    public static Arbitrary<Shape> shapes(int minRank, int maxRank) {
        return Arbitraries.longs()
                .between(0, 3)
                .list()
                .ofMinSize(minRank)
                .ofMaxSize(maxRank)
                .map(Shape::of);
    }

    private static Tensor tensor(DataType type, Shape shape, List<Long> elements) {
        ByteBuffer data =
                ByteBuffer.allocate(elements.size() * type.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (long bits : elements) {
            // ONNX Runtime's bool is C++'s, for which bytes other than these two have no meaning.
            long element = type == DataType.BOOL ? bits & 1 : bits;
            for (int i = 0; i < type.elementBytes(); i++) {
                data.put((byte) (element >>> (Byte.SIZE * i)));
            }
        }
        return Tensor.of("x", type, shape, data.flip());
    }

    private static Arbitrary<Long> bits() {
        Arbitrary<Long> borders = Arbitraries.of(BORDERS);
        return Arbitraries.frequencyOf(
                Tuple.of(2, Arbitraries.longs()),
                Tuple.of(1, borders),
                Tuple.of(1, borders.map(bits -> bits >>> Integer.SIZE)),
                Tuple.of(1, borders.map(bits -> bits >>> (Long.SIZE - Short.SIZE))));
    }

    /** Of any characters of Unicode that can be in well-formed UTF-8. */
    private static Arbitrary<byte[]> texts() {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(5)
                .map(points -> {
                    StringBuilder text = new StringBuilder();
                    points.forEach(text::appendCodePoint);
                    return text.toString().getBytes(StandardCharsets.UTF_8);
                });
    }
}
