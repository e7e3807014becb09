package io.tiergate.edge.verdict;

/** Told of what is not as it should be in the inbox, on any thread. */
public interface InboxCounter {
    /** Why a record of the verdicts topic changed nothing. */
    enum Ignored {
        /** It cannot be read. */
        UNDECODABLE,
        /** It is of an escalation that this gateway's ledger does not have, though it names its site. */
        UNKNOWN,
        /** It is another site's, which shares the partition. */
        FOREIGN,
        /** It is a copy, or a verdict of higher rank stands. */
        NOTHING_NEW
    }

    void ignored(Ignored reason, int count);

    /** Records were deleted before they were read. */
    void overrun();
}
