package io.tiergate.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;

/**
 * A gateway's data folder as the place of its ledger, and the sentences about one that cannot be used.
 *
 * @param path the folder; it need not be there
 */
public record LedgerFolder(Path path) {
    private static final byte[] FIRST_BYTES = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final String ANOTHER_FOLDER = "give another folder with --data-dir";

    // SQLite's primary result codes, which its driver gives as the exception's error code.
    private static final int READ_ONLY = 8;
    private static final int INPUT_OUTPUT = 10;
    private static final int CORRUPT = 11;
    private static final int CANNOT_OPEN = 14;
    private static final int NOT_A_DATABASE = 26;

    /** The database; beside it lie its journal, {@code ledger.db-wal}, and the journal's index, {@code ledger.db-shm}. */
    public Path file() {
        return path.resolve("ledger.db");
    }

    /** Makes the folder if it is not there. */
    public void make() throws IOException {
        try {
            Files.createDirectories(path);
        } catch (FileAlreadyExistsException e) {
            throw UnusableLedgerException.refused(
                    "data folder %s is a file; move it away, or %s".formatted(path, ANOTHER_FOLDER), e);
        } catch (IOException e) {
            throw noPermission(e);
        }
    }

    /**
     * Takes the lock that the gateway holds while it runs; closing its channel gives it back.
     *
     * @throws UnusableLedgerException if another has it, or the folder cannot be written
     */
    public FileLock lock() throws IOException {
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(path.resolve("ledger.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw noPermission(e);
        }
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process; told like any other owner.
        }
        channel.close();
        throw UnusableLedgerException.refused(
                "data folder %s is used by a running gateway; stop it, or %s".formatted(path, ANOTHER_FOLDER), null);
    }

    private UnusableLedgerException noPermission(IOException e) {
        return UnusableLedgerException.refused(
                "data folder %s cannot be written (%s); let the gateway's user write there (chown, chmod), or %s"
                        .formatted(path, e, ANOTHER_FOLDER),
                e);
    }

    /**
     * Looks whether what lies in the ledger's place can be one, before SQLite opens it. No file and an empty one are right: the gateway
     * makes the ledger of them.
     *
     * @throws UnusableLedgerException if it cannot
     */
    public void check() throws UnusableLedgerException {
        if (Files.isDirectory(file())) {
            throw UnusableLedgerException.refused(
                    "%s is a directory (expected: the ledger, a file); move it away, or %s"
                            .formatted(file(), ANOTHER_FOLDER),
                    null);
        }
        if (!Files.exists(file())) {
            return;
        }
        byte[] first;
        try (InputStream in = Files.newInputStream(file())) {
            first = in.readNBytes(FIRST_BYTES.length);
        } catch (IOException e) {
            throw notReadable(e);
        }
        if (first.length > 0 && !Arrays.equals(first, FIRST_BYTES)) {
            throw notSqlite(null);
        }
    }

    /**
     * The format of an open ledger; 0 of an empty database.
     *
     * @throws UnusableLedgerException if the database is another program's, or of a newer format
     * @throws SQLException if it cannot be read
     */
    public int format(Connection connection) throws UnusableLedgerException, SQLException {
        int format;
        int tables;
        boolean hasEscalations;
        try (Statement statement = connection.createStatement()) {
            format = number(statement, "PRAGMA user_version");
            tables = number(statement, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'");
            hasEscalations = number(statement, "SELECT count(*) FROM sqlite_schema WHERE name = 'escalation'") == 1;
        }
        boolean empty = format == 0 && tables == 0;
        if (!empty && (format <= 0 || !hasEscalations)) {
            throw UnusableLedgerException.refused(
                    "%s is a database of another program; move it away, or %s".formatted(file(), ANOTHER_FOLDER), null);
        }
        if (format > LedgerFormat.newest()) {
            throw UnusableLedgerException.refused(
                    "ledger %s has format %d, made by a newer Tiergate (this one reads up to %d); run that version, or %s"
                            .formatted(file(), format, LedgerFormat.newest(), ANOTHER_FOLDER),
                    null);
        }
        return format;
    }

    private static int number(Statement statement, String question) throws SQLException {
        try (ResultSet rows = statement.executeQuery(question)) {
            return rows.getInt(1);
        }
    }

    /** What to say when SQLite has failed on the ledger. */
    public UnusableLedgerException explain(SQLException e) {
        return switch (e.getErrorCode()) {
            case CORRUPT -> damaged(e);
            case NOT_A_DATABASE -> notSqlite(e);
            case READ_ONLY, CANNOT_OPEN, INPUT_OUTPUT -> notReadable(e);
            default ->
                UnusableLedgerException.refused(
                        "ledger in %s cannot be opened: %s; look at the folder and the disk, or %s"
                                .formatted(path, e.getMessage(), ANOTHER_FOLDER),
                        e);
        };
    }

    /** What to say of a ledger whose contents are wrong. */
    public UnusableLedgerException damaged(Exception e) {
        return UnusableLedgerException.damaged(
                "ledger %s is damaged (%s); %s".formatted(file(), e.getMessage(), repair()), e);
    }

    private UnusableLedgerException notReadable(Exception e) {
        return UnusableLedgerException.refused(
                "ledger %s cannot be opened (%s); let this user read and write it and its folder (chown, chmod), or %s"
                        .formatted(file(), e, ANOTHER_FOLDER),
                e);
    }

    private UnusableLedgerException notSqlite(Exception e) {
        return UnusableLedgerException.damaged(
                "%s is no SQLite file; if it is another program's, %s, and if it was the ledger, %s"
                        .formatted(file(), ANOTHER_FOLDER, repair()),
                e);
    }

    private String repair() {
        return "run ./tiergate outbox repair --data-dir %s, which keeps what can be kept and moves the rest aside"
                .formatted(path);
    }
}
