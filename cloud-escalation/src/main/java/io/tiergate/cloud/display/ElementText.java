package io.tiergate.cloud.display;

import io.tiergate.runtime.DataType;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Values of tensors as text, a bounded number of them, each bounded. */
final class ElementText {
    private static final int LONGEST = 200;
    private static final int MOST_DIMENSIONS = 16;

    private ElementText() {}

    /** The first values, at most so many. */
    static List<String> first(Tensor tensor, int most) {
        int count = (int) Math.min(most, count(tensor));
        List<String> texts = new ArrayList<>(count);
        // Unframed here, one by one: a small payload can hold millions of empty texts.
        ByteBuffer strings = tensor.type() == DataType.BYTES ? tensor.data() : null;
        for (int i = 0; i < count; i++) {
            texts.add(strings == null ? number(tensor, i) : next(strings));
        }
        return texts;
    }

    static long count(Tensor tensor) {
        return tensor.shape().elements(tensor.name());
    }

    /** A shape for people; a hostile one has very many dimensions. */
    static String of(Shape shape) {
        return shape.rank() <= MOST_DIMENSIONS ? shape.toString() : "of " + shape.rank() + " dimensions";
    }

    static String cut(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }

    private static String number(Tensor tensor, int index) {
        return switch (tensor.type()) {
            case BOOL -> tensor.numberAt(index) == 0 ? "false" : "true";
            // As short as the type allows: 0.1 and not 0.10000000149011612.
            case FP16, BF16, FP32 -> Float.toString((float) tensor.numberAt(index));
            case FP64 -> Double.toString(tensor.numberAt(index));
            case UINT8, INT8, UINT16, INT16, UINT32, INT32 -> Long.toString((long) tensor.numberAt(index));
            case INT64 -> Long.toString(tensor.data().getLong(index * Long.BYTES));
            case UINT64 -> Long.toUnsignedString(tensor.data().getLong(index * Long.BYTES));
            case BYTES -> throw new IllegalArgumentException("no number");
        };
    }

    private static String next(ByteBuffer framed) {
        int length = framed.getInt();
        // Four bytes a character at most.
        byte[] head = new byte[Math.min(length, 4 * LONGEST)];
        framed.get(framed.position(), head);
        framed.position(framed.position() + length);
        String text = new String(head, StandardCharsets.UTF_8);
        return head.length < length ? cut(text, LONGEST - 1) : cut(text, LONGEST);
    }
}
