package io.tiergate.edge.escalation;

import java.time.Duration;

/**
 * How long an answer is waited for before the question is asked again.
 *
 * @param first after the first question; above zero
 */
record AskingPause(Duration first) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /**
     * Doubles with every question, up to a day, or to the first pause if that is longer.
     *
     * @param attempt 1 or more
     */
    long millisAfter(int attempt) {
        long longest = Math.max(LONGEST.toMillis(), first.toMillis());
        int doublings = attempt - 1;
        return doublings >= Long.numberOfLeadingZeros(first.toMillis()) - 1
                ? longest
                : Math.min(longest, first.toMillis() << doublings);
    }
}
