package io.tiergate.testing.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Protobuf messages written down by hand: pairs of hexadecimal digits and texts in single quotes, for instance
 * {@code 0a 01 'x'} for field 1 with the text x. A tag is the field's number times 8, plus 0 for a varint, 1 for eight bytes, 2 for
 * bytes with a length before them, 5 for four bytes.
 */
public final class WireBytes {
    /** The varint of -1 in a signed field, and of the largest number in an unsigned one. */
    public static final String ALL_ONES = " ff ff ff ff ff ff ff ff ff 01 ";

    private static final Pattern PART = Pattern.compile("\\s*(?:([0-9a-f]{2})|'([^']*)')");

    private WireBytes() {}

    /**
     * The bytes of such a text.
     *
     * @throws IllegalArgumentException if the text has another part in it
     */
    public static byte[] of(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Matcher part = PART.matcher(text.stripTrailing());
        int end = 0;
        while (part.lookingAt()) {
            if (part.group(1) != null) {
                bytes.write(Integer.parseInt(part.group(1), 16));
            } else {
                bytes.writeBytes(part.group(2).getBytes(StandardCharsets.UTF_8));
            }
            end = part.end();
            part.region(end, part.regionEnd());
        }
        if (end != text.stripTrailing().length()) {
            throw new IllegalArgumentException(
                    "'" + text.substring(end) + "' (expected: hexadecimal pairs and texts in single quotes)");
        }
        return bytes.toByteArray();
    }
}
