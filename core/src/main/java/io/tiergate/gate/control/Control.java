package io.tiergate.gate.control;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What sets a gate's threshold and watches what comes of it. */
public sealed interface Control permits RiskControl, PlainControl, LearnedBudget {
    /** Answers with at least this score are accepted; positive infinity if none is. */
    double threshold();

    /**
     * Whether an answer is sure enough.
     *
     * @param threshold the control's own, or one that the answer's class has
     * @param margin of the answer's probabilities
     * @param predicted index of the answer's label
     */
    default boolean accepts(double score, double threshold, double margin, int predicted) {
        return score >= threshold;
    }

    /** The probability with which an accepted answer is to be audited. */
    double auditProbability(double score);

    /** Counts the restarts of the evidence: what was decided before the latest has no say any more. By default it never starts anew. */
    default long epoch() {
        return 0;
    }

    /** Samples decided so far. */
    long decided();

    /**
     * Takes notice of a sample that has been decided.
     *
     * @param score negative infinity for an output that could not be read
     */
    void decided(double score, boolean checkFailed);

    /** An accepted answer has been drawn for an audit. */
    void drawn(double score, double inclusion);

    /** An audit of the current epoch cannot take place: its sample could not be stored. */
    void dropped(double score, double inclusion);

    /** Learns what has become known of a sample. What was decided before the latest restart changes nothing. */
    void learned(Outcome outcome);

    /** What the audits say of the answers that are accepted now; worked out when it is asked for, which any thread may do at any time. */
    Supplier<RiskEstimate> evidence();

    /** The same, worked out at once. */
    default RiskEstimate estimate() {
        return evidence().get();
    }

    /** Whether an alarm is on; a control that promises nothing has none. */
    default boolean isBraked() {
        return false;
    }

    /** The latest hundred, the oldest first. */
    default List<Alarm> alarms() {
        return List.of();
    }

    /** Tells of every alarm, on the thread that raised it. */
    default void onAlarm(Consumer<Alarm> listener) {}

    /** Everything that has to survive a restart of the process. */
    ControlState save();

    /** Goes on where an earlier control of the same kind, for the same model, left off. */
    void restore(ControlState saved);
}
