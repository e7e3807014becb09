package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tiergate.ledger.LedgerFolder;
import io.tiergate.proto.v1.Purpose;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite refuses here just as it does on a disk that is full or read-only; only that it was told to. */
class DiskTroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private LedgerDatabase database;
    private Connection connection;
    private LedgerWriter writer;

    @BeforeEach
    void open() throws SQLException, IOException {
        database = new LedgerDatabase(new LedgerFolder(folder), OutboxConfig.Sync.NORMAL);
        connection = database.openForWriting();
        RecentSamples recent = new RecentSamples(1 << 20, 0);
        LedgerTransaction transaction = new LedgerTransaction(
                connection,
                0,
                recent,
                new RunningTime(0, RunningTime.Clocks.SYSTEM),
                new LedgerTransaction.Room(1L << 30, OutboxConfig.WhenFull.EVICT, 0));
        writer = new LedgerWriter(
                new GroupCommit(connection, Checkpoints.NONE, transaction, new LedgerCounts.Tally(), System::nanoTime),
                4096,
                new ProcessPlatform(RunningTime.Clocks.SYSTEM));
    }

    @AfterEach
    void close() throws SQLException {
        writer.close();
    }

    @Test
    void aFullDiskRefusesPromisesKeepsWhatItHasAndHealsByItself() throws SQLException {
        promise().join();
        pragma("max_page_count = 1");
        assertRefused(promiseUntilRefused());
        long kept = writer.counts().promised();
        assertThat(writer.isFailing()).isTrue();
        assertRefused(promise());
        pragma("max_page_count = 1000000");
        await().atMost(PATIENCE).until(() -> !writer.isFailing());
        promise().join();
        assertThat(writer.counts().promised()).isEqualTo(kept + 1);
        assertAllIsOnDisk();
    }

    @Test
    void aReadOnlyDiskRefusesPromisesAndHealsByItself() throws SQLException {
        promise().join();
        pragma("query_only = ON");
        assertRefused(promise());
        assertThat(writer.isFailing()).isTrue();
        pragma("query_only = OFF");
        await().atMost(PATIENCE).until(() -> !writer.isFailing());
        promise().join();
        assertThat(writer.counts().promised()).isEqualTo(2);
        assertAllIsOnDisk();
    }

    @Test
    void aGroupThatTheDiskRefusesIsStoredNotEvenInPart() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<Void> holding = writer.submit(transaction -> {
            writing.countDown();
            hold(held);
            return null;
        });
        hold(writing);
        List<CompletableFuture<?>> group = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            group.add(promise());
        }
        CompletableFuture<Void> last = writer.submit(transaction -> {
            // Only now: those before it have been written, and are not committed yet.
            pragma("query_only = ON");
            transaction.storeRunningTime();
            return null;
        });
        held.countDown();
        holding.join();
        assertRefused(last);
        group.forEach(DiskTroubleTest::assertRefused);
        pragma("query_only = OFF");
        await().atMost(PATIENCE).until(() -> !writer.isFailing());
        assertThat(writer.counts().promised()).isZero();
        assertAllIsOnDisk();
    }

    @Test
    void aNoteIsMadeOnceTheDiskIsWrittenAgain() throws SQLException {
        pragma("query_only = ON");
        assertRefused(promise());
        pragma("query_only = OFF");
        CompletableFuture<String> note = writer.submitPatiently(transaction -> "noted");
        assertThat(note.join()).isEqualTo("noted");
    }

    @Test
    void closingDoesNotWaitForTheDisk() throws SQLException {
        pragma("query_only = ON");
        assertRefused(promise());
        CompletableFuture<Void> note = writer.submitPatiently(transaction -> {
            transaction.storeRunningTime();
            return null;
        });
        writer.close();
        assertRefused(note);
    }

    private CompletableFuture<?> promiseUntilRefused() {
        CompletableFuture<?> promised = promise();
        for (int i = 0; i < 1000; i++) {
            if (promised.handle((done, failure) -> failure != null).join()) {
                return promised;
            }
            promised = promise();
        }
        throw new AssertionError("the disk is not full");
    }

    private CompletableFuture<?> promise() {
        NewEscalation escalation = Ledgers.sample(Purpose.PURPOSE_ESCALATED, 2000);
        return writer.submit(transaction -> transaction.promise(List.of(escalation)));
    }

    private static void assertRefused(CompletableFuture<?> change) {
        assertThatThrownBy(change::join)
                .cause()
                .isInstanceOfSatisfying(LedgerUnavailableException.class, e -> assertThat(e.reason())
                        .isEqualTo("outbox-failed"));
    }

    private void assertAllIsOnDisk() throws SQLException {
        try (LedgerReader reader = new LedgerReader(database.openForReading())) {
            assertThat(reader.tally().counts()).isEqualTo(writer.counts());
        }
    }

    private void pragma(String pragma) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA " + pragma);
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
