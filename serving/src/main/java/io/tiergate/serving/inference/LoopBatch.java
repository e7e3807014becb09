package io.tiergate.serving.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What one event loop has decoded in one read cycle. At the cycle's end it is run right there, as one batch, if that costs little: no
 * other thread has to be woken, and the replies go out together. What would cost more, or finds others waiting, goes to the
 * threads. Confined to its event loop.
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
        boolean affordable = queue.size() == 0;
        long left = budgetNanos;
        int from = 0;
        while (from < turns.size()) {
            int to = from + 1;
            long rows = turns.get(from).samples();
            while (to < turns.size() && fits(turns.get(from), turns.get(to), rows)) {
                rows += turns.get(to).samples();
                to++;
            }
            long cost = turns.get(from).counters().cost().of(rows);
            affordable &= cost <= left;
            left -= cost;
            if (affordable) {
                BatchRunner.run(List.copyOf(turns.subList(from, to)));
            } else {
                turns.subList(from, to).forEach(handOver);
            }
            from = to;
        }
    }

    private static boolean fits(RowsTurn first, RowsTurn next, long rows) {
        return next.session() == first.session()
                && rows + next.samples() <= first.session().mostRowsTogether();
    }
}
