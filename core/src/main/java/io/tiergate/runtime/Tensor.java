package io.tiergate.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A named tensor: elements little-endian and row-major without padding, exactly as they travel.
 *
 * <p>Built only whole: a tensor whose bytes do not fit its type and shape cannot exist. The data is shared, not copied:
 * whoever built the tensor must not write to the buffer any more.
 */
public final class Tensor {
    private final String name;
    private final DataType type;
    private final Shape shape;
    private final ByteBuffer data;

    private Tensor(String name, DataType type, Shape shape, ByteBuffer data) {
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.data = data;
    }

    /**
     * Wraps bytes as a tensor without copying them.
     *
     * @param shape concrete sizes
     * @param data the elements between position and limit; the buffer's own byte order does not matter
     * @throws InvalidTensorException if the bytes are not just those of the shape's elements
     */
    public static Tensor of(String name, DataType type, Shape shape, ByteBuffer data) {
        long elements = shape.elements(name);
        ByteBuffer bytes = data.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (type.hasFixedSize()) {
            long expected;
            try {
                expected = Math.multiplyExact(elements, type.elementBytes());
            } catch (ArithmeticException e) {
                throw new InvalidTensorException(
                        "%s: shape %s has more bytes than can be counted".formatted(name, shape));
            }
            if (bytes.remaining() != expected) {
                throw new InvalidTensorException("%s: %d bytes (expected: %d, for datatype %s and shape %s)"
                        .formatted(name, bytes.remaining(), expected, type, shape));
            }
        } else {
            ByteStrings.check(name, shape, elements, bytes);
        }
        return new Tensor(name, type, shape, bytes);
    }

    public static Tensor ofFloats(String name, Shape shape, float... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return of(name, DataType.FP32, shape, buffer);
    }

    /** A one-dimensional tensor of byte strings, framed as the protocol wants them. */
    public static Tensor ofStrings(String name, Shape shape, List<byte[]> values) {
        return of(name, DataType.BYTES, shape, ByteStrings.frame(values));
    }

    public String name() {
        return name;
    }

    public DataType type() {
        return type;
    }

    public Shape shape() {
        return shape;
    }

    /** A view of the elements, little-endian, positioned at the first byte; each call gives a view of its own. */
    public ByteBuffer data() {
        return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    public int sizeBytes() {
        return data.remaining();
    }

    /**
     * The elements of a {@link DataType#BYTES} tensor.
     *
     * @throws IllegalStateException for other types
     */
    public List<byte[]> strings() {
        if (type != DataType.BYTES) {
            throw new IllegalStateException(name + " holds " + type + ", not BYTES");
        }
        return ByteStrings.unframe(data());
    }

    /**
     * Element {@code index} in row-major order as a double, for floating-point types.
     *
     * @throws IllegalStateException for other types
     */
    public double doubleAt(int index) {
        return switch (type) {
            case FP16 -> Float.float16ToFloat(data.getShort(index * Short.BYTES));
            // The upper half of a float.
            case BF16 -> Float.intBitsToFloat(data.getShort(index * Short.BYTES) << Short.SIZE);
            case FP32 -> data.getFloat(index * Float.BYTES);
            case FP64 -> data.getDouble(index * Double.BYTES);
            default ->
                throw new IllegalStateException(name + " holds " + type + " (expected: FP16, BF16, FP32 or FP64)");
        };
    }

    /**
     * Element {@code index} in row-major order as a double: booleans as 0 and 1, integers beyond 2<sup>53</sup> rounded.
     *
     * @throws IllegalStateException for {@link DataType#BYTES}
     */
    public double numberAt(int index) {
        return switch (type) {
            case BOOL -> data.get(index) == 0 ? 0 : 1;
            case UINT8 -> Byte.toUnsignedInt(data.get(index));
            case INT8 -> data.get(index);
            case UINT16 -> Short.toUnsignedInt(data.getShort(index * Short.BYTES));
            case INT16 -> data.getShort(index * Short.BYTES);
            case UINT32 -> Integer.toUnsignedLong(data.getInt(index * Integer.BYTES));
            case INT32 -> data.getInt(index * Integer.BYTES);
            case UINT64 -> unsigned(data.getLong(index * Long.BYTES));
            case INT64 -> data.getLong(index * Long.BYTES);
            case FP16, BF16, FP32, FP64 -> doubleAt(index);
            case BYTES -> throw new IllegalStateException(name + " holds BYTES (expected: numbers)");
        };
    }

    private static double unsigned(long bits) {
        // Halved, it fits a signed long; the lowest bit is kept for the rounding.
        return bits >= 0 ? bits : ((bits >>> 1) | (bits & 1)) * 2.0;
    }

    /**
     * Elements {@code row * count} to {@code (row + 1) * count} as doubles, for floating-point types.
     *
     * @throws IllegalStateException for other types
     */
    public double[] rowOfDoubles(int row, int count) {
        double[] values = new double[count];
        copyRow(row, count, values);
        return values;
    }

    /**
     * As {@link #rowOfDoubles}, into an array that is there already.
     *
     * @param into filled from its start; {@code count} long or longer
     * @throws IllegalStateException for other types
     */
    public void copyRow(int row, int count, double[] into) {
        for (int i = 0; i < count; i++) {
            into[i] = doubleAt(row * count + i);
        }
    }

    /**
     * Every row along the outermost dimension, each as a tensor whose outermost size is 1. No elements are copied, and the data is
     * walked through once.
     */
    public List<Tensor> rows() {
        int count = Math.toIntExact(shape.size(0));
        List<Tensor> rows = new ArrayList<>(count);
        ByteBuffer view = data();
        long elementsPerRow = count == 0 ? 0 : shape.elements(name) / count;
        for (int row = 0; row < count; row++) {
            int start = view.position();
            if (type.hasFixedSize()) {
                view.position(start + Math.toIntExact(elementsPerRow * type.elementBytes()));
            } else {
                ByteStrings.skip(view, elementsPerRow);
            }
            ByteBuffer bytes = view.slice(start, view.position() - start).order(ByteOrder.LITTLE_ENDIAN);
            rows.add(new Tensor(name, type, shape.withFirst(1), bytes));
        }
        return rows;
    }

    /** The same elements under another shape with as many elements. */
    public Tensor reshaped(Shape other) {
        if (other.elements(name) != shape.elements(name)) {
            throw new IllegalArgumentException("%s: %s cannot become %s".formatted(name, shape, other));
        }
        return new Tensor(name, type, other, data);
    }

    /**
     * Puts tensors of one name, type and row shape behind each other along the outermost dimension.
     *
     * @param parts at least one
     */
    public static Tensor concatenate(List<Tensor> parts) {
        Tensor first = parts.get(0);
        if (parts.size() == 1) {
            return first;
        }
        long rows = 0;
        int bytes = 0;
        for (Tensor part : parts) {
            if (part.type != first.type || !part.shape.withFirst(0).equals(first.shape.withFirst(0))) {
                throw new IllegalArgumentException("%s: cannot join %s %s and %s %s"
                        .formatted(first.name, first.type, first.shape, part.type, part.shape));
            }
            rows += part.shape.size(0);
            bytes = Math.addExact(bytes, part.sizeBytes());
        }
        ByteBuffer joined = ByteBuffer.allocateDirect(bytes);
        parts.forEach(part -> joined.put(part.data()));
        return new Tensor(
                first.name,
                first.type,
                first.shape.withFirst(rows),
                joined.flip().slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    /** The tensors' names, types and shapes, for messages. */
    static List<String> describe(List<Tensor> tensors) {
        List<String> words = new ArrayList<>();
        tensors.forEach(tensor -> words.add(tensor.toString()));
        return words;
    }

    @Override
    public String toString() {
        return name + ":" + type + shape;
    }
}
