package io.tiergate.edge.escalation;

import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** Has questions answered by a ledger's reader, one after the other, on a thread of its own. Safe on every thread. */
final class Questions {
    private static final int LONGEST_END_SECONDS = 10;

    /** A question to the reader. */
    interface Question<T> {
        T to(LedgerReader reader) throws SQLException;
    }

    private final ExecutorService thread;
    /** Used by that thread alone, as is the next. */
    private LedgerReader reader;

    private boolean failed;

    Questions(LedgerReader reader, ExecutorService thread) {
        this.reader = reader;
        this.thread = thread;
    }

    /**
     * Asks when the result is asked for.
     *
     * @return completes on the reader's thread; fails with {@link LedgerUnavailableException} if too many questions wait
     */
    <T> Uni<T> ask(Question<T> question) {
        return Uni.createFrom().completionStage(() -> {
            CompletableFuture<T> answer = new CompletableFuture<>();
            try {
                thread.execute(() -> answer(question, answer));
            } catch (RejectedExecutionException e) {
                answer.completeExceptionally(new LedgerUnavailableException("ledger-busy", e));
            }
            return answer;
        });
    }

    private <T> void answer(Question<T> question, CompletableFuture<T> answer) {
        try {
            if (failed) {
                reader = reader.renewed();
                failed = false;
            }
            answer.complete(question.to(reader));
        } catch (Throwable e) {
            // An Error too: whoever asked must not wait for ever.
            failed = true;
            answer.completeExceptionally(e);
        }
    }

    /** Takes no more questions. */
    void refuse() {
        thread.shutdown();
    }

    /** Waits until those that were taken are answered. */
    void awaitEnd() throws InterruptedException, IOException {
        if (!thread.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("ledger reader did not end within %d s".formatted(LONGEST_END_SECONDS));
        }
    }

    /** To be called after {@link #awaitEnd}. */
    void close() throws SQLException {
        reader.close();
    }
}
