package io.tiergate.cli.ledger;

import java.sql.SQLException;

/** Tells damage from other failures of the database. */
final class Damage {
    /** SQLite's result codes, which its driver gives as the exception's error code. */
    static final int CORRUPT = 11;

    /** A table or a column that is not in the schema. */
    static final int NO_SUCH = 1;

    /** A row breaks a rule of the schema. */
    static final int CONSTRAINT = 19;

    /** A value is of a type that its column does not take. */
    static final int MISMATCH = 20;

    private Damage() {}

    /** SQLite's message without the driver's frame, on one line. */
    static String message(SQLException e) {
        return String.valueOf(e.getMessage()).replaceAll("\\s*\\n\\s*", " ");
    }
}
