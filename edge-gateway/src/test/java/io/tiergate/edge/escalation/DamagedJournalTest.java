package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.Verdict;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConfig;

/**
 * The journal of a ledger that was killed is cut, and a bit of it flipped, at every byte of its last frames. Whatever was committed before
 * the damage is there, whole, and nothing else: each frame carries a checksum over all before it.
 */
class DamagedJournalTest {
    private static final int JOURNAL_HEADER_BYTES = 32;
    private static final int FRAME_BYTES = 24 + 4096;
    /** Damaged byte by byte; the frames of some commits before them now and then. */
    private static final int LAST_FRAMES = 2;
    /** Prime to the size of a frame. */
    private static final int NOW_AND_THEN = 509;

    private static final int COMMITS = 12;
    private static final int OPENINGS = 24;

    private static final List<String> QUESTIONS = List.of(
            "SELECT e.sequence, e.id, e.state, e.reason, e.verdict, p.sample FROM escalation e LEFT JOIN payload p USING (sequence) ORDER BY 1",
            "SELECT cursor, sequence, state FROM event ORDER BY 1",
            "SELECT number, sequence, label FROM report ORDER BY 1",
            "SELECT topic, partition, next_offset FROM inbox ORDER BY 1, 2",
            "SELECT name, seq FROM sqlite_sequence ORDER BY 1",
            "PRAGMA quick_check");

    /**
     * What was on disk after a commit.
     *
     * @param journalBytes up to the end of its last frame
     * @param promised how many escalations there were
     * @param state all of it, as text
     */
    private record Commit(long journalBytes, long promised, String state) {}

    @TempDir
    Path folder;

    /** As the files lie there when a gateway is killed. */
    private Path killed;

    private final List<Commit> commits = new ArrayList<>();
    private final List<NewEscalation> promised = new ArrayList<>();

    private void write(boolean usedAgain) throws IOException, SQLException {
        killed = Files.createDirectory(folder.resolve("killed"));
        Path living = folder.resolve("living");
        try (Ledger ledger = Ledger.open(living, Ledgers.config(10 << 20, 64))) {
            if (usedAgain) {
                for (int i = 0; i < COMMITS; i++) {
                    change(ledger, i);
                }
                // The next commit begins at the journal's start; behind it lie the frames from before.
                checkpoint(living);
            }
            // Of a ledger that is new the schema, too, is in the journal alone.
            commits.add(new Commit(
                    usedAgain ? 0 : journalBytes(living), promised.size(), state(living.resolve("ledger.db"))));
            for (int i = 0; i < COMMITS; i++) {
                change(ledger, i);
                commits.add(new Commit(journalBytes(living), promised.size(), state(living.resolve("ledger.db"))));
            }
            for (String file : List.of("ledger.db", "ledger.db-wal")) {
                Files.copy(living.resolve(file), killed.resolve(file));
            }
        }
    }

    /** One commit of each kind in turn. */
    private void change(Ledger ledger, int turn) {
        switch (turn % 4) {
            case 0, 1 -> {
                NewEscalation escalation =
                        Ledgers.sample(turn % 4 == 0 ? Purpose.PURPOSE_ESCALATED : Purpose.PURPOSE_AUDITED, 3000);
                ledger.promise(List.of(escalation)).await().indefinitely();
                promised.add(escalation);
            }
            case 2 ->
                ledger.sent(new PendingRecord.Place(false, promised.size()))
                        .await()
                        .indefinitely();
            default ->
                ledger.apply(List.of(verdict(promised.getLast().id())), "verdicts", 0, promised.size())
                        .await()
                        .indefinitely();
        }
    }

    private static Verdict verdict(String id) {
        return Verdict.newBuilder()
                .setEscalationId(id)
                .setFinal(Verdict.Final.newBuilder()
                        .setLabel("b")
                        .setRank(10)
                        .setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE))
                .build();
    }

    private static void checkpoint(Path folder) throws SQLException {
        try (Connection connection = new SQLiteConfig().createConnection("jdbc:sqlite:" + folder.resolve("ledger.db"));
                Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(RESTART)");
        }
    }

    /** As the journal's index says: the file itself may end later, with frames from before. */
    private static long journalBytes(Path folder) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
        try (FileChannel index = FileChannel.open(folder.resolve("ledger.db-shm"), StandardOpenOption.READ)) {
            index.read(head);
        }
        return JOURNAL_HEADER_BYTES + (long) FRAME_BYTES * head.getInt(16);
    }

    private static String state(Path file) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        StringBuilder state = new StringBuilder();
        try (Connection connection = config.createConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String question : QUESTIONS) {
                try (ResultSet rows = statement.executeQuery(question)) {
                    int columns = rows.getMetaData().getColumnCount();
                    while (rows.next()) {
                        for (int column = 1; column <= columns; column++) {
                            Object value = rows.getObject(column);
                            state.append(
                                            value instanceof byte[] bytes
                                                    ? HexFormat.of().formatHex(bytes)
                                                    : value)
                                    .append(' ');
                        }
                        state.append('\n');
                    }
                }
            }
        }
        return state.toString();
    }

    /** What must be there if the journal is right up to a byte. */
    private Commit committedBefore(long rightBytes) {
        return commits.stream()
                .filter(commit -> commit.journalBytes() <= rightBytes)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /** Every byte of the last frames and of the journal's header, and some of the others. */
    private boolean isChosen(long at) {
        return at >= commits.getLast().journalBytes() - (long) LAST_FRAMES * FRAME_BYTES
                || at < JOURNAL_HEADER_BYTES
                || at % NOW_AND_THEN == 0;
    }

    private void assertHolds(long at, String damage) throws IOException, SQLException {
        // Compared first: to describe it takes longer than to look.
        String found = state(killed.resolve("ledger.db"));
        String expected = committedBefore(at).state();
        if (!found.equals(expected)) {
            assertThat(found).as("%s at byte %d", damage, at).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cutAnywhereItHoldsWhatWasCommittedBefore(boolean usedAgain) throws Exception {
        write(usedAgain);
        try (RandomAccessFile journal =
                new RandomAccessFile(killed.resolve("ledger.db-wal").toFile(), "rw")) {
            for (long at = commits.getLast().journalBytes();
                    at >= commits.getFirst().journalBytes();
                    at--) {
                if (isChosen(at)) {
                    journal.setLength(at);
                    assertHolds(at, "cut");
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void withABitFlippedAnywhereItHoldsWhatWasCommittedBefore(boolean usedAgain) throws Exception {
        write(usedAgain);
        try (RandomAccessFile journal =
                new RandomAccessFile(killed.resolve("ledger.db-wal").toFile(), "rw")) {
            for (long at = commits.getFirst().journalBytes();
                    at < commits.getLast().journalBytes();
                    at++) {
                if (isChosen(at)) {
                    journal.seek(at);
                    int right = journal.read();
                    overwrite(journal, at, right ^ 1 << at % 8);
                    assertHolds(at, "flip");
                    overwrite(journal, at, right);
                }
            }
        }
        assertThat(state(killed.resolve("ledger.db")))
                .isEqualTo(commits.getLast().state());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aGatewayGoesOnFromThere(boolean usedAgain) throws Exception {
        write(usedAgain);
        long first = commits.getFirst().journalBytes();
        long step = (commits.getLast().journalBytes() - first) / OPENINGS;
        for (int opening = 0; opening < OPENINGS; opening++) {
            long at = first + opening * step;
            Path damaged = Files.createDirectory(folder.resolve("damaged-" + opening));
            Files.copy(killed.resolve("ledger.db"), damaged.resolve("ledger.db"));
            Path journal = Files.copy(killed.resolve("ledger.db-wal"), damaged.resolve("ledger.db-wal"));
            try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
                if (opening % 2 == 0) {
                    file.setLength(at);
                } else {
                    file.seek(at);
                    int right = file.read();
                    overwrite(file, at, right ^ 0x10);
                }
            }
            assertGoesOn(damaged, committedBefore(at));
        }
    }

    private void assertGoesOn(Path damaged, Commit expected) throws IOException, SQLException {
        LedgerCounts counts;
        try (Ledger ledger = Ledger.open(damaged, Ledgers.config(10 << 20, 64))) {
            counts = ledger.counts();
            assertThat(counts.promised()).isEqualTo(expected.promised());
            assertThat(counts.byState().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isEqualTo(counts.promised());
            for (int i = 0; i < promised.size(); i++) {
                assertThat(ledger.find(promised.get(i).id())
                                .await()
                                .indefinitely()
                                .isPresent())
                        .as("sample %d is there", i + 1)
                        .isEqualTo(i < expected.promised());
            }
            ledger.promise(List.of(Ledgers.sample(Purpose.PURPOSE_ESCALATED, 100)))
                    .await()
                    .indefinitely();
        }
        try (Ledger ledger = Ledger.open(damaged, Ledgers.config(10 << 20, 64))) {
            assertThat(ledger.counts().promised()).isEqualTo(counts.promised() + 1);
        }
    }

    private static void overwrite(RandomAccessFile file, long at, int with) throws IOException {
        file.seek(at);
        file.write(with);
    }
}
