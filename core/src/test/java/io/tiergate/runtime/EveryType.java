package io.tiergate.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** Inputs of the test model {@code every-type}: in each the elements 1, 2, 3 and so on, or the type's next best thing. */
final class EveryType {
    private EveryType() {}

    static List<Tensor> inputs(Signature signature) {
        return inputs(signature, 2);
    }

    static List<Tensor> inputs(Signature signature, int rows) {
        return signature.inputs().stream().map(spec -> input(spec, rows)).toList();
    }

    private static Tensor input(TensorSpec spec, int rows) {
        Shape shape = Shape.of(rows, 2);
        int elements = 2 * rows;
        if (spec.type() == DataType.BYTES) {
            List<byte[]> values = IntStream.rangeClosed(1, elements)
                    .mapToObj(i -> new byte[] {(byte) ('a' + i)})
                    .toList();
            return Tensor.ofStrings(spec.name(), shape, values);
        }
        ByteBuffer data =
                ByteBuffer.allocate(elements * spec.type().elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 1; i <= elements; i++) {
            put(data, spec.type(), i);
        }
        return Tensor.of(spec.name(), spec.type(), shape, data.flip());
    }

    private static void put(ByteBuffer data, DataType type, int value) {
        switch (type) {
            case BOOL -> data.put((byte) (value % 2));
            case UINT8, INT8 -> data.put((byte) value);
            case UINT16, INT16 -> data.putShort((short) value);
            case UINT32, INT32 -> data.putInt(value);
            case UINT64, INT64 -> data.putLong(value);
            case FP16 -> data.putShort(Float.floatToFloat16(value));
            // A bfloat16 is the upper half of a float.
            case BF16 -> data.putShort((short) (Float.floatToIntBits(value) >>> Short.SIZE));
            case FP32 -> data.putFloat(value);
            case FP64 -> data.putDouble(value);
            case BYTES -> throw new IllegalArgumentException("byte strings are framed elsewhere");
        }
    }
}
