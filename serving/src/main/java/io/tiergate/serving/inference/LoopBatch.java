package io.tiergate.serving.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What one event loop has decoded in one read cycle. At the cycle's end it is run right there, as one batch, if that costs little: no
 * other thread has to be woken, and the replies go out together. What would cost more, or finds others waiting, goes to the
 * threads; so does what has failed of late, since looking for the culprit takes many runs. Confined to its event loop.
 */
final class LoopBatch implements Runnable {
    private final Executor loop;
    private final RunQueue queue;
    private final long budgetNanos;
    private final Consumer<Turn<?>> handOver;
    private List<RowsTurn> waiting = new ArrayList<>();

    /**
     * @param handOver queues a turn for the threads, or refuses it
     */
    LoopBatch(Executor loop, RunQueue queue, long budgetNanos, Consumer<Turn<?>> handOver) {
        this.loop = loop;
        this.queue = queue;
        this.budgetNanos = budgetNanos;
        this.handOver = handOver;
    }

    void add(RowsTurn turn) {
        waiting.add(turn);
        if (waiting.size() == 1) {
            loop.execute(this);
        }
    }

    @Override
    public void run() {
        // What a reply brings about may already belong to the next cycle.
        List<RowsTurn> turns = waiting;
        waiting = new ArrayList<>();
        // Cancelled in the very cycle in which they came.
        turns.removeIf(Turn::isClaimed);
        // A little may wait: what the threads are about to take is no queue.
        long left = queue.backlogNanos() <= budgetNanos ? budgetNanos : 0;
        int from = 0;
        while (from < turns.size()) {
            RowsTurn first = turns.get(from);
            int to = from;
            long rows = 0;
            // Larger batches are tried step by step: what one may cost is told by the next smaller one that has run.
            while (to < turns.size()
                    && turns.get(to).session() == first.session()
                    && !first.cost().hasFailedLately()
                    && turns.get(to).joins(rows, left)) {
                rows += turns.get(to).samples();
                to++;
            }
            if (to == from) {
                break;
            }
            left -= first.cost().of(rows);
            BatchRunner.run(turns.subList(from, to));
            from = to;
        }
        turns.subList(from, turns.size()).forEach(handOver);
    }
}
