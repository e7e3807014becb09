package io.tiergate.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a service's configuration, so that one start tells of all mistakes. */
public final class ConfigurationProblems {
    private final List<String> problems = new ArrayList<>();

    /** Notes a problem unless the condition holds. */
    public ConfigurationProblems require(boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
        return this;
    }

    /** Notes a problem if a number is out of its range, both ends included. */
    public ConfigurationProblems within(String key, long value, long lowest, long highest) {
        return require(
                value >= lowest && value <= highest,
                "%s: %d (expected: %d to %d)".formatted(key, value, lowest, highest));
    }

    /** Notes a problem if a time is negative. */
    public ConfigurationProblems notNegative(String key, Duration value) {
        return require(!value.isNegative(), "%s: %s (expected: zero or more)".formatted(key, value));
    }

    /** Notes a problem if a time is zero or negative. */
    public ConfigurationProblems aboveZero(String key, Duration value) {
        return require(value.isPositive(), "%s: %s (expected: above zero)".formatted(key, value));
    }

    /** Notes a problem with {@code tiergate.tenant} unless topics and folders can be named after it. */
    public ConfigurationProblems tenant(String name) {
        return require(
                name.matches("[a-zA-Z0-9._-]{1,100}") && !name.matches("\\.{1,2}"),
                "tiergate.tenant: '%s' (expected: 1 to 100 letters, digits, dots, underscores or hyphens, and not . or ..; topics and folders are named after it)"
                        .formatted(name));
    }

    /** All problems as one sentence; empty if there are none. */
    public String summary() {
        return String.join("; ", problems);
    }
}
