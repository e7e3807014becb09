package io.tiergate.parts;

import io.tiergate.parts.idx.IdxWriter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * A named draw of parts, as it is ordered on a command line: {@code NAME:COUNT:SEED}, and a lot behind it where it is not the
 * normal one, such as {@code test:3000:3:lamp:0.5}.
 *
 * @param name first word of the files' names, such as {@code train}
 * @param count 1 or more
 */
record PartSet(String name, int count, long seed, Lot lot) {
    PartSet {
        if (!name.matches("[a-z][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "set name: '" + name + "' (expected: lower-case letters, digits and dashes, such as train)");
        }
        if (count < 1) {
            throw new IllegalArgumentException("count of set " + name + ": " + count + " (expected: 1 or more)");
        }
    }

    /** @throws IllegalArgumentException in one sentence that says what would have been right */
    static PartSet parse(String text) {
        String[] fields = text.split(":", 4);
        if (fields.length < 3) {
            throw unreadable(text);
        }
        try {
            return new PartSet(
                    fields[0],
                    Integer.parseInt(fields[1]),
                    Long.parseLong(fields[2]),
                    fields.length == 4 ? Lot.parse(fields[3]) : Lot.NORMAL);
        } catch (NumberFormatException e) {
            throw unreadable(text);
        }
    }

    private static IllegalArgumentException unreadable(String text) {
        return new IllegalArgumentException(
                "set: %s (expected: NAME:COUNT:SEED or NAME:COUNT:SEED:LOT, such as test:3000:3 or test:3000:3:lamp:0.5)"
                        .formatted(text));
    }

    void write(Path folder) throws IOException {
        IdxWriter.write(folder, name, new PartGenerator(seed, lot).parts(), count);
    }
}
