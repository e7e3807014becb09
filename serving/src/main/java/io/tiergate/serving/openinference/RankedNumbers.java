package io.tiergate.serving.openinference;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Tensor;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;

/** A tensor's elements as numbers to compare and to write down. */
sealed interface RankedNumbers {
    /** As a {@link java.util.Comparator} does. */
    int compare(int element, int other);

    String text(int element);

    static RankedNumbers of(Tensor tensor) {
        return switch (tensor.type()) {
            case FP16, BF16, FP32, FP64 -> new Reals(tensor.type(), tensor.data());
            case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> new Integers(tensor.type(), tensor.data());
            case BOOL, BYTES -> throw new IllegalArgumentException(tensor + " holds no numbers");
        };
    }

    record Reals(DataType type, ByteBuffer data) implements RankedNumbers {
        private static final int DIGITS = 6;

        private double value(int element) {
            return switch (type) {
                case FP16 -> Float.float16ToFloat(data.getShort(element * Short.BYTES));
                case BF16 -> Float.intBitsToFloat(data.getShort(element * Short.BYTES) << Short.SIZE);
                case FP32 -> data.getFloat(element * Float.BYTES);
                default -> data.getDouble(element * Double.BYTES);
            };
        }

        @Override
        public int compare(int element, int other) {
            double a = value(element);
            double b = value(other);
            if (Double.isNaN(a) || Double.isNaN(b)) {
                return Boolean.compare(Double.isNaN(b), Double.isNaN(a));
            }
            return a < b ? -1 : a > b ? 1 : 0;
        }

        /** As C's {@code %f} writes it: clients parse what other servers of the protocol write with that. */
        @Override
        public String text(int element) {
            double value = value(element);
            if (Double.isNaN(value)) {
                return "nan";
            }
            if (Double.isInfinite(value)) {
                return value > 0 ? "inf" : "-inf";
            }
            String text = new BigDecimal(value)
                    .setScale(DIGITS, RoundingMode.HALF_EVEN)
                    .toPlainString();
            boolean lostSign = Double.compare(value, 0.0) < 0 && !text.startsWith("-");
            return lostSign ? "-" + text : text;
        }
    }

    record Integers(DataType type, ByteBuffer data) implements RankedNumbers {
        private long value(int element) {
            return switch (type) {
                case INT8 -> data.get(element);
                case UINT8 -> Byte.toUnsignedLong(data.get(element));
                case INT16 -> data.getShort(element * Short.BYTES);
                case UINT16 -> Short.toUnsignedLong(data.getShort(element * Short.BYTES));
                case INT32 -> data.getInt(element * Integer.BYTES);
                case UINT32 -> Integer.toUnsignedLong(data.getInt(element * Integer.BYTES));
                default -> data.getLong(element * Long.BYTES);
            };
        }

        @Override
        public int compare(int element, int other) {
            return type == DataType.UINT64
                    ? Long.compareUnsigned(value(element), value(other))
                    : Long.compare(value(element), value(other));
        }

        @Override
        public String text(int element) {
            return type == DataType.UINT64 ? Long.toUnsignedString(value(element)) : Long.toString(value(element));
        }
    }
}
