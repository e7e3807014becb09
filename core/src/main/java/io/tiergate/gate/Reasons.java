package io.tiergate.gate;

import io.tiergate.gate.check.Statistic;

/** What decisions give as their reason, one word each. */
public final class Reasons {
    /** An answer that was sure enough. */
    public static final String CONFIDENT = "confident";
    /** An answer that was not. */
    public static final String BELOW_THRESHOLD = "below-threshold";
    /** An answer that was not sure enough for its class. */
    public static final String BELOW_CLASS_THRESHOLD = "below-class-threshold";
    /** An answer that would be sure enough in ordinary times, or that nobody can call so since an alarm. */
    public static final String ALARM = "alarm";
    /** An answer that verdicts have taught the gate to expect a correction of. */
    public static final String EXPECTED_CORRECTION = "expected-correction";
    /** Nothing can be accepted: the labelled data support no threshold for the target risk. */
    public static final String NO_CERTIFICATE = "no-certificate";
    /** An answer whose numbers, or whose score, were missing, NaN or infinite. */
    public static final String NON_FINITE_OUTPUT = "non-finite-output";
    /** An answer whose numbers were declared to be probabilities and are none. */
    public static final String NOT_PROBABILITIES = "not-probabilities";
    /** An answer with another number of classes than there are labels. */
    public static final String WRONG_CLASS_COUNT = "wrong-class-count";
    /** An answer that the caller wants checked whatever its score. */
    public static final String REQUESTED = "requested";
    /** An unsure answer for which the budget had nothing left. */
    public static final String OVER_BUDGET = "over-budget";

    private static final String CHECK = "check:";
    private static final String[] CHECKS = new String[Statistic.COUNT];

    static {
        for (Statistic statistic : Statistic.values()) {
            CHECKS[statistic.index()] = CHECK + statistic.word();
        }
    }

    private Reasons() {}

    /** Whether a decision gave this reason because its input failed a check. */
    public static boolean isCheck(String reason) {
        return reason.startsWith(CHECK);
    }

    static String of(Usability usability) {
        return switch (usability) {
            case USABLE -> throw new IllegalArgumentException("nothing is wrong with the output");
            case NON_FINITE -> NON_FINITE_OUTPUT;
            case NOT_PROBABILITIES -> NOT_PROBABILITIES;
            case WRONG_CLASS_COUNT -> WRONG_CLASS_COUNT;
        };
    }

    static String of(Statistic failed) {
        return CHECKS[failed.index()];
    }
}
