package io.tiergate.serving.inference;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.Rows;
import io.tiergate.runtime.Tensor;
import java.util.List;

/** Rows that may run together with those of other requests for the same session. */
final class RowsTurn extends Turn<List<Tensor>> {
    private final OnnxSession session;
    private final Rows rows;

    RowsTurn(
            RunRequest request,
            UniEmitter<? super List<Tensor>> emitter,
            ModelCounters counters,
            Runnable onLeave,
            OnnxSession session,
            Rows rows) {
        super(request, emitter, counters, onLeave);
        this.session = session;
        this.rows = rows;
    }

    @Override
    Object lane() {
        return session;
    }

    OnnxSession session() {
        return session;
    }

    Rows rows() {
        return rows;
    }

    /** Whether it may join so many rows of its session, in a run that is expected to take no longer than this. */
    boolean joins(long others, long mostNanos) {
        long together = others + samples();
        return together <= session.mostRowsTogether() && cost().of(together) <= mostNanos;
    }

    @Override
    long costNanos() {
        int most = session.mostRowsTogether();
        long full = cost().of(most);
        return full == Long.MAX_VALUE ? 0 : full * samples() / most;
    }

    @Override
    long runNanos() {
        long full = cost().of(session.mostRowsTogether());
        long alone = cost().of(samples());
        return alone == Long.MAX_VALUE ? 0 : Math.max(alone, Math.min(full, RunQueue.LONGEST_BATCH_NANOS));
    }
}
