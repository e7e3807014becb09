package io.tiergate.edge.escalation;

import io.tiergate.ledger.UnusableLedgerException;
import java.sql.Connection;
import java.sql.SQLException;

/** Where a ledger's rows lie: an SQLite database with the ledger's schema. What is committed survives the process. */
interface LedgerStore {
    /**
     * A connection for the one writer, without auto-commit; brings the schema up to this release.
     *
     * @throws UnusableLedgerException if it is no ledger, or one of a newer format
     */
    Connection openForWriting() throws SQLException, UnusableLedgerException;

    /** What keeps the journal of the writer's connection short, where the store has one. To be closed before that connection. */
    default Checkpoints checkpoints() throws SQLException {
        return Checkpoints.NONE;
    }

    /** A connection that sees what is committed and never holds the writer up. */
    Connection openForReading() throws SQLException;
}
