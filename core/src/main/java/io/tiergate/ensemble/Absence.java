package io.tiergate.ensemble;

/**
 * A member that is missing from a batch.
 *
 * @param member its file, as the manifest names it
 */
public record Absence(String member, Cause cause) {
    /** Why it is missing. */
    public enum Cause {
        /** Its run failed, though perhaps one row alone is to blame: smaller batches tell. */
        FAILED,
        /** Its run took longer than its deadline and was ended. */
        LATE,
        /** It was late again and again, and was not asked this time. */
        RESTING
    }
}
