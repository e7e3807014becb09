package io.tiergate.cli.model;

import io.tiergate.cli.CommandFailure;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something that a manifest needs: given by a person, guessed, or still open.
 *
 * @param value absent: it cannot be known, and {@code why} says what to do
 * @param why a clause that reads well behind the value and in a comment; no line breaks
 */
record Choice<T>(Optional<T> value, String why) {
    static <T> Choice<T> of(T value, String why) {
        return new Choice<>(Optional.of(value), why);
    }

    static <T> Choice<T> open(String why) {
        return new Choice<>(Optional.empty(), why);
    }

    /** @throws CommandFailure saying what to do, if it is open */
    T require() {
        return value.orElseThrow(() -> new CommandFailure(why));
    }

    String words(Function<T, String> word) {
        return value.map(word).orElse("?");
    }
}
