package io.tiergate.serving.openinference;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.InvalidTensorException;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Tensors given as repeated fields. Only the field of the tensor's datatype may be used, and every value must fit the datatype. */
final class TypedContents {
    private TypedContents() {}

    static Tensor decode(String name, DataType type, Shape shape, InferTensorContents contents) {
        String field = field(name, type);
        Map<String, Integer> used = used(contents);
        if (used.keySet().stream().anyMatch(other -> !other.equals(field))) {
            throw new InvalidTensorException(
                    "%s: contents in %s (expected: %s, for datatype %s)".formatted(name, used.keySet(), field, type));
        }
        long elements = shape.elements(name);
        int given = used.getOrDefault(field, 0);
        if (given != elements) {
            throw new InvalidTensorException("%s: %d elements in %s (expected: %d, for shape %s)"
                    .formatted(name, given, field, elements, shape));
        }
        if (type == DataType.BYTES) {
            List<byte[]> values = contents.getBytesContentsList().stream()
                    .map(ByteString::toByteArray)
                    .toList();
            return Tensor.ofStrings(name, shape, values);
        }
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(given, type.elementBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        fill(name, type, contents, buffer);
        return Tensor.of(name, type, shape, buffer.flip());
    }

    private static void fill(String name, DataType type, InferTensorContents contents, ByteBuffer into) {
        switch (type) {
            case BOOL -> contents.getBoolContentsList().forEach(value -> into.put((byte) (value ? 1 : 0)));
            case INT8 ->
                contents.getIntContentsList()
                        .forEach(v -> into.put((byte) within(name, type, v, Byte.MIN_VALUE, Byte.MAX_VALUE)));
            case INT16 ->
                contents.getIntContentsList()
                        .forEach(v -> into.putShort((short) within(name, type, v, Short.MIN_VALUE, Short.MAX_VALUE)));
            case INT32 -> contents.getIntContentsList().forEach(into::putInt);
            case INT64 -> contents.getInt64ContentsList().forEach(into::putLong);
            case UINT8 ->
                contents.getUintContentsList()
                        .forEach(v -> into.put((byte) within(name, type, Integer.toUnsignedLong(v), 0, 0xFF)));
            case UINT16 ->
                contents.getUintContentsList()
                        .forEach(v -> into.putShort((short) within(name, type, Integer.toUnsignedLong(v), 0, 0xFFFF)));
            case UINT32 -> contents.getUintContentsList().forEach(into::putInt);
            case UINT64 -> contents.getUint64ContentsList().forEach(into::putLong);
            case FP32 -> contents.getFp32ContentsList().forEach(into::putFloat);
            case FP64 -> contents.getFp64ContentsList().forEach(into::putDouble);
            case FP16, BF16, BYTES -> throw new IllegalStateException(type + " is handled before");
        }
    }

    private static long within(String name, DataType type, long value, long min, long max) {
        if (value < min || value > max) {
            throw new InvalidTensorException(
                    "%s: value %d (expected: %d to %d, for datatype %s)".formatted(name, value, min, max, type));
        }
        return value;
    }

    private static String field(String name, DataType type) {
        return switch (type) {
            case BOOL -> "bool_contents";
            case INT8, INT16, INT32 -> "int_contents";
            case INT64 -> "int64_contents";
            case UINT8, UINT16, UINT32 -> "uint_contents";
            case UINT64 -> "uint64_contents";
            case FP32 -> "fp32_contents";
            case FP64 -> "fp64_contents";
            case BYTES -> "bytes_contents";
            case FP16, BF16 ->
                throw new InvalidTensorException(
                        "%s: datatype %s has no typed field (expected: raw_input_contents)".formatted(name, type));
        };
    }

    private static Map<String, Integer> used(InferTensorContents contents) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        counts.put("bool_contents", contents.getBoolContentsCount());
        counts.put("int_contents", contents.getIntContentsCount());
        counts.put("int64_contents", contents.getInt64ContentsCount());
        counts.put("uint_contents", contents.getUintContentsCount());
        counts.put("uint64_contents", contents.getUint64ContentsCount());
        counts.put("fp32_contents", contents.getFp32ContentsCount());
        counts.put("fp64_contents", contents.getFp64ContentsCount());
        counts.put("bytes_contents", contents.getBytesContentsCount());
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    }
}
