package io.tiergate.runtime;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Element types of the Open Inference Protocol, under the protocol's names. */
public enum DataType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    /** Byte strings; each element is preceded by its length as four little-endian bytes. */
    BYTES(0);

    private static final Map<String, DataType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DataType::name, type -> type));

    private final int elementBytes;

    DataType(int elementBytes) {
        this.elementBytes = elementBytes;
    }

    /** Whether every element takes the same number of bytes: all but {@link #BYTES}. */
    public boolean hasFixedSize() {
        return elementBytes > 0;
    }

    /** Whether elements are floating-point numbers of any precision. */
    public boolean isFloatingPoint() {
        return switch (this) {
            case FP16, BF16, FP32, FP64 -> true;
            case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES -> false;
        };
    }

    /**
     * Size of one element.
     *
     * @throws IllegalStateException for {@link #BYTES}, whose elements differ in size
     */
    public int elementBytes() {
        if (!hasFixedSize()) {
            throw new IllegalStateException(this + " has no fixed element size");
        }
        return elementBytes;
    }

    /**
     * Finds a type by its protocol name, for instance {@code FP32}.
     *
     * @throws InvalidTensorException if there is no such type
     */
    public static DataType parse(String tensorName, String name) {
        DataType type = BY_NAME.get(name);
        if (type != null) {
            return type;
        }
        String hint = name.toUpperCase(Locale.ROOT).startsWith("TYPE_") ? " without the prefix TYPE_" : "";
        throw new InvalidTensorException("%s: datatype '%s' (expected one of: %s%s)"
                .formatted(tensorName, name, Arrays.toString(values()), hint));
    }
}
