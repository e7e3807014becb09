package io.tiergate.parts;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a part is found to be. */
public enum PartClass {
    OK(0),
    SCRATCH(1),
    DENT(2),
    CRACK(3),
    PIT(4),
    STAIN(5);

    private static final List<PartClass> BY_NUMBER = List.of(values());

    private final int number;

    PartClass(int number) {
        this.number = number;
    }

    /**
     * The class with a number.
     *
     * @param number 0 to 5
     */
    public static PartClass ofNumber(int number) {
        return BY_NUMBER.get(number);
    }

    /** The class's place among the models' outputs, and its number in label files. */
    public int number() {
        return number;
    }

    /** The class's name in manifests and captions, in lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** All names, in the order of the models' outputs. */
    public static List<String> words() {
        return Arrays.stream(values()).map(PartClass::word).toList();
    }
}
