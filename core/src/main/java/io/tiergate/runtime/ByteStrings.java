package io.tiergate.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The framing of BYTES elements: four little-endian bytes of length, then that many bytes. */
final class ByteStrings {
    private ByteStrings() {}

    static void check(String name, Shape shape, long elements, ByteBuffer data) {
        ByteBuffer bytes = data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        long found = 0;
        while (bytes.hasRemaining()) {
            int at = bytes.position();
            if (bytes.remaining() < Integer.BYTES) {
                throw new InvalidTensorException(
                        "%s: %d bytes left at offset %d (expected: a 4-byte length and its element)"
                                .formatted(name, bytes.remaining(), at));
            }
            int length = bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new InvalidTensorException("%s: element %d at offset %d says it has %d bytes, but %d are left"
                        .formatted(name, found, at, Integer.toUnsignedLong(length), bytes.remaining()));
            }
            bytes.position(bytes.position() + length);
            found++;
        }
        if (found != elements) {
            throw new InvalidTensorException(
                    "%s: %d elements (expected: %d, for shape %s)".formatted(name, found, elements, shape));
        }
    }

    static void skip(ByteBuffer bytes, long elements) {
        for (long i = 0; i < elements; i++) {
            int length = bytes.getInt();
            bytes.position(bytes.position() + length);
        }
    }

    static ByteBuffer frame(List<byte[]> values) {
        int size = 0;
        for (byte[] value : values) {
            size = Math.addExact(size, Math.addExact(Integer.BYTES, value.length));
        }
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(value -> buffer.putInt(value.length).put(value));
        return buffer.flip();
    }

    static List<byte[]> unframe(ByteBuffer framed) {
        List<byte[]> values = new ArrayList<>();
        while (framed.hasRemaining()) {
            byte[] value = new byte[framed.getInt()];
            framed.get(value);
            values.add(value);
        }
        return values;
    }

    /** Index of the first value that is no well-formed UTF-8. */
    static OptionalInt firstNotUtf8(List<byte[]> values) {
        for (int i = 0; i < values.size(); i++) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(values.get(i)));
            } catch (CharacterCodingException e) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }
}
