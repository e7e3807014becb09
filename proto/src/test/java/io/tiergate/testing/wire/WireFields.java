package io.tiergate.testing.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A protobuf message read by its field numbers alone, as a client with another description of it would. */
public final class WireFields {
    /** Varints and fixed numbers as {@link Long}, everything with a length as {@code byte[]}, in the order of their coming. */
    private final Map<Integer, List<Object>> values = new LinkedHashMap<>();

    private WireFields() {}

    /**
     * @throws IllegalArgumentException if the bytes are no message
     */
    public static WireFields of(byte[] message) {
        WireFields fields = new WireFields();
        ByteBuffer bytes = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            int tag = (int) varint(bytes);
            fields.values
                    .computeIfAbsent(tag >>> 3, number -> new ArrayList<>())
                    .add(value(tag & 7, bytes));
        }
        return fields;
    }

    private static Object value(int wireType, ByteBuffer bytes) {
        return switch (wireType) {
            case 0 -> varint(bytes);
            case 1 -> bytes.getLong();
            case 2 -> {
                byte[] value = new byte[(int) varint(bytes)];
                bytes.get(value);
                yield value;
            }
            case 5 -> (long) bytes.getInt();
            default -> throw new IllegalArgumentException("wire type " + wireType + " (expected: 0, 1, 2 or 5)");
        };
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint of more than ten bytes");
    }

    /** The numbers of the fields that are there. */
    public List<Integer> numbers() {
        return List.copyOf(values.keySet());
    }

    /** A number, or 0 if it is not there. */
    public long number(int field) {
        return values.containsKey(field) ? (long) values.get(field).getLast() : 0;
    }

    /** Bytes, or none if they are not there. */
    public byte[] bytes(int field) {
        return values.containsKey(field) ? (byte[]) values.get(field).getLast() : new byte[0];
    }

    public String text(int field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    public List<String> texts(int field) {
        return each(field).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    public WireFields message(int field) {
        return of(bytes(field));
    }

    public List<WireFields> messages(int field) {
        return each(field).stream().map(WireFields::of).toList();
    }

    /** Packed numbers. */
    public List<Long> numbers(int field) {
        List<Long> numbers = new ArrayList<>();
        ByteBuffer packed = ByteBuffer.wrap(bytes(field));
        while (packed.hasRemaining()) {
            numbers.add(varint(packed));
        }
        return numbers;
    }

    /** A map with texts as keys and messages as values. */
    public Map<String, WireFields> map(int field) {
        Map<String, WireFields> entries = new LinkedHashMap<>();
        messages(field).forEach(entry -> entries.put(entry.text(1), entry.message(2)));
        return entries;
    }

    private List<byte[]> each(int field) {
        return values.getOrDefault(field, List.of()).stream()
                .map(byte[].class::cast)
                .toList();
    }
}
