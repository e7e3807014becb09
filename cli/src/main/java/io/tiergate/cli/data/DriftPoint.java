package io.tiergate.cli.data;

/**
 * Where in a row of images a change sets in.
 *
 * @param at the first image that is changed, counted from 0; those before it stay as they are
 */
public record DriftPoint(Drift drift, int at) {
    public DriftPoint {
        if (at < 0) {
            throw new IllegalArgumentException("@%d (expected: the index of an image, 0 or more)".formatted(at));
        }
    }

    /**
     * Reads {@code KIND:AMOUNT@INDEX}, for instance {@code rotate:20@3000}.
     *
     * @throws IllegalArgumentException saying what was expected, if the text is not of this form
     */
    public static DriftPoint parse(String text) {
        int sign = text.lastIndexOf('@');
        if (sign < 0) {
            throw new IllegalArgumentException(
                    "'%s' (expected: KIND:AMOUNT@INDEX, for instance rotate:20@3000)".formatted(text));
        }
        Drift drift = Drift.parse(text.substring(0, sign));
        try {
            return new DriftPoint(drift, Integer.parseInt(text.substring(sign + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'%s' (expected: the index of an image, 0 or more, behind the @)".formatted(text), e);
        }
    }
}
