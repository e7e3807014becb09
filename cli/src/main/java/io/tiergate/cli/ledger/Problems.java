package io.tiergate.cli.ledger;

import java.util.ArrayList;
import java.util.List;

/** What is wrong: the first of it in words, all of it as a number. */
final class Problems {
    private static final int MOST_SHOWN = 20;

    private final List<String> shown = new ArrayList<>();
    private long count;

    void add(String problem) {
        count++;
        if (shown.size() < MOST_SHOWN) {
            shown.add(problem);
        }
    }

    long count() {
        return count;
    }

    /** The first ones, and how many there are beside them. */
    List<String> lines() {
        List<String> lines = new ArrayList<>(shown);
        if (count > shown.size()) {
            lines.add("and %,d more".formatted(count - shown.size()));
        }
        return lines;
    }
}
