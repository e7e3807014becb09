package io.tiergate.cli.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Walks through the fields of one encoded protobuf message; what is not asked for is skipped without being copied. */
final class ProtobufReader {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;
    private static final int MOST_VARINT_BITS = 63;

    private final ByteBuffer in;
    private int wireType;

    ProtobufReader(ByteBuffer in) {
        this.in = in;
    }

    /**
     * Goes to the next field; the one before must have been read or skipped.
     *
     * @return its number; 0 at the end of the message
     * @throws IllegalArgumentException if there is no field where one should be
     */
    int next() {
        if (!in.hasRemaining()) {
            return 0;
        }
        long tag = varint();
        wireType = (int) (tag & 7);
        long field = tag >>> 3;
        if (field < 1 || field > 1 << 29) {
            throw malformed();
        }
        return (int) field;
    }

    long number() {
        if (wireType != VARINT) {
            throw malformed();
        }
        return varint();
    }

    String text() {
        return StandardCharsets.UTF_8.decode(bytes()).toString();
    }

    ProtobufReader message() {
        return new ProtobufReader(bytes());
    }

    void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED_64 -> advance(Long.BYTES);
            case FIXED_32 -> advance(Integer.BYTES);
            case BYTES -> bytes();
            default -> throw malformed();
        }
    }

    private ByteBuffer bytes() {
        if (wireType != BYTES) {
            throw malformed();
        }
        long length = varint();
        if (length < 0 || length > in.remaining()) {
            throw malformed();
        }
        ByteBuffer slice = in.slice(in.position(), (int) length);
        advance((int) length);
        return slice;
    }

    private void advance(int count) {
        if (count > in.remaining()) {
            throw malformed();
        }
        in.position(in.position() + count);
    }

    private long varint() {
        long value = 0;
        try {
            for (int shift = 0; shift <= MOST_VARINT_BITS; shift += 7) {
                byte next = in.get();
                value |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    return value;
                }
            }
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("a number breaks off", e);
        }
        throw malformed();
    }

    private static IllegalArgumentException malformed() {
        return new IllegalArgumentException("no protobuf message");
    }
}
