package io.tiergate.image;

import java.util.Locale;

/** What a picture becomes before a model sees it. */
public enum ColorMode {
    /** One channel of brightness: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601). */
    GREY(1),
    /** Red, green and blue, in this order. */
    RGB(3);

    private final int channels;

    ColorMode(int channels) {
        this.channels = channels;
    }

    public int channels() {
        return channels;
    }

    /** The name in a manifest. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
