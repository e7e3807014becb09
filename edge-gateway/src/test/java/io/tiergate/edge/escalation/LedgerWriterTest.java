package io.tiergate.edge.escalation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.ledger.LedgerFolder;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWriterTest {
    private static final int CAPACITY = 4;

    @TempDir
    Path folder;

    private LedgerWriter writer;

    @BeforeEach
    void open() throws Exception {
        Connection connection = new LedgerDatabase(new LedgerFolder(folder), OutboxConfig.Sync.NORMAL).openForWriting();
        RecentSamples recent = new RecentSamples(1000, 0);
        LedgerTransaction transaction = new LedgerTransaction(
                connection,
                0,
                recent,
                new RunningTime(0, RunningTime.Clocks.SYSTEM),
                new LedgerTransaction.Room(1L << 30, OutboxConfig.WhenFull.SHED, 0));
        writer = new LedgerWriter(
                new GroupCommit(connection, Checkpoints.NONE, transaction, new LedgerCounts.Tally(), System::nanoTime),
                CAPACITY,
                new ProcessPlatform(RunningTime.Clocks.SYSTEM));
    }

    @Test
    void aFullQueueRefusesPromisesAndTakesNotes() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        CompletableFuture<String> first = writer.submit(transaction -> {
            writing.countDown();
            return await(held);
        });
        await(writing);
        List<CompletableFuture<String>> taken = new ArrayList<>();
        for (int i = 0; i < CAPACITY; i++) {
            taken.add(writer.submit(transaction -> "promise"));
        }
        assertRefused(writer.submit(transaction -> "one too many"), "outbox-busy");
        CompletableFuture<String> note = writer.submitPatiently(transaction -> "note");
        assertThat(note).isNotDone();
        held.countDown();
        assertThat(first.join()).isEqualTo("held");
        assertThat(note.join()).isEqualTo("note");
        assertThat(taken).allSatisfy(promise -> assertThat(promise.join()).isEqualTo("promise"));
        writer.close();
        assertRefused(writer.submitPatiently(transaction -> "too late"), "shutting-down");
    }

    /** Repeated, because what is to be met is a change that comes in just as the thread ends. */
    @Test
    void everyChangeIsAnsweredWhileTheLedgerCloses() throws Exception {
        for (int round = 0; round < 50; round++) {
            if (round > 0) {
                open();
            }
            try (ExecutorService clients = Executors.newFixedThreadPool(2)) {
                CountDownLatch submitting = new CountDownLatch(2);
                List<Future<List<CompletableFuture<String>>>> asked = new ArrayList<>();
                for (int client = 0; client < 2; client++) {
                    asked.add(clients.submit(() -> submitUntilRefused(submitting)));
                }
                await(submitting);
                writer.close();
                for (Future<List<CompletableFuture<String>>> each : asked) {
                    assertThat(each.get())
                            .allSatisfy(change -> assertThat(change).isDone());
                }
            }
        }
    }

    private List<CompletableFuture<String>> submitUntilRefused(CountDownLatch submitting) {
        List<CompletableFuture<String>> changes = new ArrayList<>();
        do {
            changes.add(writer.submit(transaction -> "change"));
            submitting.countDown();
        } while (!isShuttingDown(changes.getLast()));
        return changes;
    }

    private static boolean isShuttingDown(CompletableFuture<String> change) {
        return change.isCompletedExceptionally()
                && change.exceptionNow() instanceof LedgerUnavailableException refused
                && refused.reason().equals("shutting-down");
    }

    private static void assertRefused(CompletableFuture<String> change, String reason) {
        assertThatThrownBy(change::join)
                .cause()
                .isInstanceOfSatisfying(LedgerUnavailableException.class, refused -> assertThat(refused.reason())
                        .isEqualTo(reason));
    }

    private static String await(CountDownLatch latch) {
        try {
            latch.await();
            return "held";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
