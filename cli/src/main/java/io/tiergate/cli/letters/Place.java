package io.tiergate.cli.letters;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The place of a dead letter in its topic, which is its name. */
public record Place(int partition, long offset) {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,9}):(\\d{1,18})");

    /** Reads {@code partition:offset}; empty if it is none. */
    public static Optional<Place> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? Optional.of(new Place(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return partition + ":" + offset;
    }
}
