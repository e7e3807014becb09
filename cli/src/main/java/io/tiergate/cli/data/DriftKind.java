package io.tiergate.cli.data;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The changes by the names that a person gives, with the amounts that make sense. */
enum DriftKind {
    BRIGHTNESS(-255, 255),
    CONTRAST(0, 10),
    NOISE(0, 255),
    BLUR(0, 20),
    ROTATE(-360, 360);

    private final int lowest;
    private final int highest;

    DriftKind(int lowest, int highest) {
        this.lowest = lowest;
        this.highest = highest;
    }

    static Drift parse(String text) {
        int colon = text.indexOf(':');
        String word = colon < 0 ? text : text.substring(0, colon);
        DriftKind kind = Arrays.stream(values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'%s' (expected: KIND:AMOUNT, where KIND is one of %s)"
                        .formatted(
                                text,
                                Arrays.stream(values()).map(DriftKind::word).collect(Collectors.joining(", ")))));
        return kind.withAmount(colon < 0 ? "" : text.substring(colon + 1));
    }

    private Drift withAmount(String amount) {
        try {
            return of(Double.parseDouble(amount));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(unusable(amount), e);
        }
    }

    private Drift of(double amount) {
        return switch (this) {
            case BRIGHTNESS -> new Drift.Brightness(amount);
            case CONTRAST -> new Drift.Contrast(amount);
            case NOISE -> new Drift.Noise(amount);
            case BLUR -> new Drift.Blur(amount);
            case ROTATE -> new Drift.Rotation(amount);
        };
    }

    void check(double amount) {
        // This way round, so that NaN fails too.
        if (!(amount >= lowest && amount <= highest)) {
            throw new IllegalArgumentException(unusable(Double.toString(amount)));
        }
    }

    private String unusable(String amount) {
        return "%s: '%s' (expected: a number from %d to %d)".formatted(word(), amount, lowest, highest);
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
