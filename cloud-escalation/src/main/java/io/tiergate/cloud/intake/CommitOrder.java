package io.tiergate.cloud.intake;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.concurrent.CompletableFuture;

/**
 * Has batches committed one after the other, in the order in which they were read, although a later one is judged meanwhile: offsets
 * that are committed say that everything before them is answered. Safe on every thread.
 */
final class CommitOrder {
    private static final int NOTHING_LOST = Integer.MIN_VALUE;

    /** Completes with the latest generation of the group of which a batch was not committed. */
    private CompletableFuture<Integer> last = CompletableFuture.completedFuture(NOTHING_LOST);

    /**
     * Takes the place behind all batches that were here before.
     *
     * @param generation of the consumer group when the batch was read
     */
    synchronized Turn take(int generation) {
        Turn turn = new Turn(generation, last, new CompletableFuture<>());
        last = turn.after;
        return turn;
    }

    /**
     * The place of one batch. Those behind it wait for {@link #done}, for ever if the batch fails: the process ends then.
     */
    record Turn(int generation, CompletableFuture<Integer> before, CompletableFuture<Integer> after) {
        /**
         * Waits, without a thread, until all batches before this one are done.
         *
         * @return on a worker thread, whether it may be committed: none before it was lost that was read in the same generation, and
         *     that is to be read again together with this one
         */
        Uni<Boolean> await() {
            return Uni.createFrom()
                    .completionStage(before)
                    .emitOn(Infrastructure.getDefaultExecutor())
                    .map(lost -> generation > lost);
        }

        /** Lets the next one have its turn. */
        void done(boolean committed) {
            CompletableFuture<Void> unused =
                    before.thenAccept(lost -> after.complete(committed ? lost : Math.max(lost, generation)));
        }
    }
}
