package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.ledger.UnusableLedgerException;
import io.tiergate.proto.v1.Purpose;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gateway does not start on a ledger that it cannot use, leaves it as it is, and says in one sentence what to do. */
class UnusableLedgerTest {
    private static final int PAGE_BYTES = 4096;
    private static final int SAMPLES = 200;
    /** Prime, so that pages of every kind are hit. */
    private static final int PAGES_BETWEEN = 3;

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("ledger.db");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> opening(Path path) {
        return assertThatThrownBy(() -> Ledger.open(path, Ledgers.config(1 << 20, 64)))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    private void makeLedger() throws IOException {
        try (Ledger ledger = Ledger.open(folder, Ledgers.config(10 << 20, 64))) {
            for (int i = 0; i < SAMPLES; i++) {
                ledger.promise(List.of(Ledgers.sample(Purpose.PURPOSE_ESCALATED, 1000)))
                        .await()
                        .indefinitely();
            }
        }
    }

    @Test
    void aDirectoryInItsPlace() throws IOException {
        Files.createDirectory(file);
        opening(folder).hasMessageContaining("is a directory").hasMessageContaining("--data-dir");
    }

    @Test
    void aFileInTheFoldersPlace() throws IOException {
        Files.writeString(file, "no folder");
        opening(file).hasMessageContaining("is a file").hasMessageContaining("--data-dir");
    }

    @Test
    void aFileThatIsNoDatabase() throws IOException {
        Files.writeString(file, "a diary, not a database");
        opening(folder)
                .hasMessageContaining("is no SQLite file")
                .hasMessageContaining("./tiergate outbox repair --data-dir " + folder);
        assertThat(file).hasContent("a diary, not a database");
    }

    @Test
    void aDatabaseOfAnotherProgramIsNotTouched() throws Exception {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            other.createStatement().execute("CREATE TABLE recipe (name TEXT)");
        }
        byte[] before = Files.readAllBytes(file);
        opening(folder).hasMessageContaining("is a database of another program");
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void aLedgerWithABrokenPage() throws Exception {
        makeLedger();
        long root;
        try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = ledger.createStatement()) {
            // What is still in the journal would cover what is broken below.
            statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
            root = statement
                    .executeQuery("SELECT rootpage FROM sqlite_schema WHERE name = 'escalation'")
                    .getLong(1);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            ByteBuffer noise = ByteBuffer.allocate(PAGE_BYTES);
            while (noise.hasRemaining()) {
                noise.put((byte) 0xA5);
            }
            channel.write(noise.flip(), (root - 1) * PAGE_BYTES);
        }
        byte[] before = Files.readAllBytes(file);
        opening(folder)
                .hasMessageContaining("is damaged")
                .hasMessageContaining("./tiergate outbox repair --data-dir " + folder);
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void whateverPageIsBrokenItIsToldOrTheSumsAreRight() throws Exception {
        makeLedger();
        byte[] whole = Files.readAllBytes(file);
        byte[] noise = new byte[PAGE_BYTES];
        new Random(17).nextBytes(noise);
        int told = 0;
        for (int page = 0; page < whole.length / PAGE_BYTES; page += PAGES_BETWEEN) {
            byte[] damaged = whole.clone();
            System.arraycopy(noise, 0, damaged, page * PAGE_BYTES, PAGE_BYTES);
            Files.write(file, damaged);
            try (Ledger ledger = Ledger.open(folder, Ledgers.config(10 << 20, 64))) {
                assertThat(ledger.counts().in(EscalationState.PENDING))
                        .as("page %d", page)
                        .isEqualTo(SAMPLES);
                assertThat(ledger.counts().promised()).isEqualTo(SAMPLES);
            } catch (UnusableLedgerException e) {
                told++;
                assertThat(e)
                        .as("page %d", page)
                        .hasMessageContaining("./tiergate outbox repair --data-dir " + folder)
                        .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
                assertThat(file).hasBinaryContent(damaged);
            }
        }
        assertThat(told).as("rows and schema").isPositive();
    }

    @Test
    void aStateThatThereIsNot() throws Exception {
        makeLedger();
        try (Connection ledger = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            ledger.createStatement().execute("UPDATE escalation SET state = 99 WHERE sequence = 7");
        }
        opening(folder).hasMessageContaining("is damaged").hasMessageContaining("99");
    }

    @Test
    void anEmptyFileIsWhatAGatewayLeavesThatWasKilledAtItsFirstStart() throws IOException {
        Files.createFile(file);
        makeLedger();
        assertThat(file).isNotEmptyFile();
    }
}
