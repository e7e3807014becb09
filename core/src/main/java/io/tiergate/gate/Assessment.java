package io.tiergate.gate;

/**
 * A model's answer for one sample and how sure it is.
 *
 * @param score higher is surer; finite; 0 if the output could not be read
 * @param distribution calibrated; unknown if the output could not be read
 */
public record Assessment(double score, Distribution distribution) {
    /** For an output that cannot be used, whatever the {@linkplain Usability reason}. */
    public static final Assessment UNUSABLE = new Assessment(0, Distribution.UNKNOWN);

    /** Index of the top class; -1 if the output could not be read. */
    public int top() {
        return distribution.top();
    }
}
