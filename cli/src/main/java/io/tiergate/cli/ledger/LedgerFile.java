package io.tiergate.cli.ledger;

import io.tiergate.cli.CommandFailure;
import io.tiergate.ledger.LedgerFolder;
import io.tiergate.ledger.UnusableLedgerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteConfig;

/**
 * A gateway's ledger, opened for reading. The gateway may be running: it is never held up, but its journal grows for as long as one
 * answer is read, so long answers are to be read in pages. Used by one thread.
 */
public final class LedgerFile implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 10_000;

    private final LedgerFolder folder;
    private final Connection connection;
    private final int format;

    private LedgerFile(LedgerFolder folder, Connection connection, int format) {
        this.folder = folder;
        this.connection = connection;
        this.format = format;
    }

    /**
     * Opens the ledger of a data folder.
     *
     * @throws CommandFailure if there is none, or it cannot be used
     */
    public static LedgerFile open(Path path) {
        LedgerFolder folder = new LedgerFolder(path);
        try {
            LedgerFile ledger = openOrExplain(folder);
            if (ledger.format == 0) {
                ledger.close();
                throw new CommandFailure("%s is empty: no gateway has written to it yet".formatted(folder.file()));
            }
            return ledger;
        } catch (UnusableLedgerException e) {
            throw new CommandFailure(e.getMessage(), e);
        }
    }

    /** Opens the ledger of a folder, which may be empty: its format is 0 then. */
    static LedgerFile openOrExplain(LedgerFolder folder) throws UnusableLedgerException {
        checkPresent(folder);
        folder.check();
        try {
            Connection connection = connect(folder.file());
            try {
                return new LedgerFile(folder, connection, folder.format(connection));
            } catch (SQLException | UnusableLedgerException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw folder.explain(e);
        }
    }

    static void checkPresent(LedgerFolder folder) {
        if (Files.notExists(folder.file())) {
            throw new CommandFailure("%s has no %s (expected: an edge gateway's data folder)"
                    .formatted(folder.path(), folder.file().getFileName()));
        }
    }

    static Connection connect(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(PATIENCE_MILLIS);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    public Connection connection() {
        return connection;
    }

    /** 1 to {@link io.tiergate.ledger.LedgerFormat#newest()}: a gateway brings it up when it starts, not before. */
    int format() {
        return format;
    }

    Path file() {
        return folder.file();
    }

    /** The sample without its tensors, of an {@code escalation e}; older formats have none. */
    public String envelope() {
        return format >= 2 ? "e.envelope" : "NULL";
    }

    /** The ensemble's probability that the edge is wrong, of an {@code escalation e}; older formats have none. */
    String edgeWrong() {
        return format >= 3 ? "e.edge_wrong" : "NULL";
    }

    /** Whether labels that were reported wait in here to be sent. */
    boolean hasReports() {
        return format >= 2;
    }

    /** Whether what ended long ago may have been removed, and is counted. */
    boolean hasRemoved() {
        return format >= 8;
    }

    /** What to say when reading has failed. */
    public CommandFailure failure(SQLException e) {
        return new CommandFailure(folder.explain(e).getMessage(), e);
    }

    /** What to say of something stored that is not what it should be. */
    public CommandFailure unreadable(String what, Exception e) {
        return failure(new SQLException(what + " cannot be read", "", Damage.CORRUPT, e));
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw failure(e);
        }
    }
}
