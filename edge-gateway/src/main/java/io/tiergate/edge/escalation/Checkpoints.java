package io.tiergate.edge.escalation;

import java.sql.Connection;

/** Has what the writer committed brought from the store's journal into its file. */
interface Checkpoints extends AutoCloseable {
    /** For a store that needs none. */
    Checkpoints NONE = new Checkpoints() {
        @Override
        public void committed(Connection writing) {}

        @Override
        public void close() {}
    };

    /**
     * To be called by the writer after each commit.
     *
     * @param writing in no transaction, or in one that has not read or written anything
     */
    void committed(Connection writing);

    /** Waits for what is under way. */
    @Override
    void close();
}
