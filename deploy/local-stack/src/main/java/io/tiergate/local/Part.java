package io.tiergate.local;

import java.util.Locale;

/** The processes of a {@link LocalStack}, in the order in which they start; they stop in the opposite one. */
public enum Part {
    KAFKA,
    POSTGRES,
    CLOUD,
    EDGE;

    /** As it appears in messages, folders and log files. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
