package io.tiergate.cloud.review.queue;

import io.tiergate.cloud.review.SearchText;

/**
 * Who labels.
 *
 * @param name distinguishes this person from every other, 1 to 200 characters
 * @param adjudicator whether this person may settle a tie and erase
 */
public record Reviewer(String name, boolean adjudicator) {
    private static final int LONGEST_NAME = 200;

    public Reviewer {
        name = SearchText.storable(name);
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "reviewer: a name of " + name.length() + " characters (expected: 1 to " + LONGEST_NAME + ")");
        }
    }
}
