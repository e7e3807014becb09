package io.tiergate.cli.ledger;

import io.tiergate.ledger.LedgerFolder;
import io.tiergate.ledger.LedgerFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder beside a damaged ledger in which another is made of it. Closed, it is gone; what was the gateway's never is. */
final class LedgerWorkshop implements AutoCloseable {
    private static final int PAGE_BYTES = 4096;
    /** Where the first page says how many pages there are. */
    private static final int PAGE_COUNT_AT = 28;

    private final LedgerFolder damaged;
    private final Path place;

    private LedgerWorkshop(LedgerFolder damaged, Path place) {
        this.damaged = damaged;
        this.place = place;
    }

    static LedgerWorkshop in(LedgerFolder damaged) throws IOException {
        return new LedgerWorkshop(damaged, Files.createTempDirectory(damaged.path(), "repair-"));
    }

    /** Where the repaired ledger is made. */
    LedgerFolder folder() {
        return new LedgerFolder(place);
    }

    /**
     * Opens a copy of a ledger whose first page is gone, and the schema with it, with the first page of a fresh ledger: its tables begin
     * on the same pages. (In one that began with an older format some do not. What is read from a wrong page is no row that holds.)
     *
     * @return empty if that cannot be read either
     */
    Optional<Connection> openWithFreshFirstPage() throws IOException, SQLException {
        Path fresh = place.resolve("fresh.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + fresh)) {
            LedgerFormat.upgrade(connection, 0, LedgerFormat.newest());
        }
        Path copy = place.resolve("damaged.db");
        Files.copy(damaged.file(), copy);
        Path journal = beside(damaged.file(), "-wal");
        if (Files.exists(journal)) {
            Files.copy(journal, beside(copy, "-wal"));
        }
        ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
        try (FileChannel from = FileChannel.open(fresh, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            while (page.hasRemaining() && from.read(page) > 0) {}
            page.putInt(PAGE_COUNT_AT, Math.toIntExact(to.size() / PAGE_BYTES));
            to.write(page.flip(), 0);
        }
        Connection connection = LedgerFile.connect(copy);
        try {
            folder().format(connection);
            return Optional.of(connection);
        } catch (SQLException | IOException e) {
            connection.close();
            return Optional.empty();
        }
    }

    /**
     * Puts the repaired ledger in the place of the damaged one. Whenever this is cut short, there is a ledger, and both of the damaged
     * one's files.
     *
     * @return where the damaged ledger is now
     */
    Path putInPlace() throws IOException {
        Path file = damaged.file();
        Path aside = freeName(file);
        try {
            Files.createLink(aside, file);
        } catch (UnsupportedOperationException | IOException e) {
            // A file system without links, such as FAT: the copy takes longer.
            Files.copy(file, aside, StandardCopyOption.COPY_ATTRIBUTES);
        }
        // Before the other comes: SQLite would take this journal for that one's.
        for (String suffix : List.of("-wal", "-shm")) {
            Path part = beside(file, suffix);
            if (Files.exists(part)) {
                Files.move(part, beside(aside, suffix));
            }
        }
        Files.move(folder().file(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return aside;
    }

    private static Path freeName(Path file) {
        for (int number = 1; ; number++) {
            Path aside = beside(file, ".damaged-" + number);
            if (Files.notExists(aside) && Files.notExists(beside(aside, "-wal"))) {
                return aside;
            }
        }
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
