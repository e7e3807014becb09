package io.tiergate.edge.escalation;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known of the ledger beside the file, with what the open transaction changes: it follows once that is committed, and goes back
 * if it is not. Used by the writer's thread alone.
 */
final class Uncommitted {
    /** What is kept in memory has to follow, once the transaction is committed. */
    interface Note {
        void on(LedgerCounts.Tally tally);
    }

    private final List<Note> notes = new ArrayList<>();
    private long committedSequence;
    private long lastSequence;
    private long committedBytes;
    private long outboxBytes;

    /**
     * @param lastSequence the newest escalation that there ever was
     * @param outboxBytes of all payloads
     */
    Uncommitted(long lastSequence, long outboxBytes) {
        this.committedSequence = lastSequence;
        this.lastSequence = lastSequence;
        this.committedBytes = outboxBytes;
        this.outboxBytes = outboxBytes;
    }

    void note(Note note) {
        notes.add(note);
    }

    /** The next place in the ledger's order. */
    long nextSequence() {
        return ++lastSequence;
    }

    /** As {@link LedgerCounts#outboxBytes}, with what is not committed yet. */
    long outboxBytes() {
        return outboxBytes;
    }

    /** Payloads have come, or gone. */
    void bytes(long delta) {
        outboxBytes += delta;
        notes.add(tally -> tally.bytes(delta));
    }

    void committed(LedgerCounts.Tally tally) {
        notes.forEach(note -> note.on(tally));
        notes.clear();
        committedSequence = lastSequence;
        committedBytes = outboxBytes;
    }

    void rolledBack() {
        notes.clear();
        lastSequence = committedSequence;
        outboxBytes = committedBytes;
    }
}
