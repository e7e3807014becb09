package io.tiergate.serving.inference;

import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.OnnxSession;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Runs turns of one lane on the caller's thread. A turn that makes a run fail harms no other. */
final class BatchRunner {
    private BatchRunner() {}

    /** Runs those that nobody has taken back; as many rows as may run together, if there are several. */
    static void run(List<? extends Turn<?>> turns) {
        List<RowsTurn> rows = new ArrayList<>(turns.size());
        for (Turn<?> turn : turns) {
            if (!turn.claim()) {
                continue;
            }
            if (turn.hasExpired()) {
                turn.fail(new RequestExpiredException(turn.timeout().orElseThrow()));
                continue;
            }
            switch (turn) {
                case LoneTurn<?> lone -> lone.run();
                case RowsTurn one -> rows.add(one);
            }
        }
        if (!rows.isEmpty()) {
            runTogether(rows);
        }
    }

    private static void runTogether(List<RowsTurn> turns) {
        long startedNanos = System.nanoTime();
        ModelRun<List<List<Tensor>>> run;
        try {
            run = attempt(turns);
        } catch (Throwable e) {
            // An Error too: no caller must wait for ever.
            turns.get(0).cost().failed();
            if (turns.size() == 1) {
                turns.get(0).fail(e);
            } else {
                int middle = turns.size() / 2;
                runTogether(turns.subList(0, middle));
                runTogether(turns.subList(middle, turns.size()));
            }
            return;
        }
        long rows = 0;
        for (RowsTurn turn : turns) {
            rows += turn.samples();
        }
        turns.get(0).ran(rows, run.times());
        RepliesByLoop replies = new RepliesByLoop();
        RunTimes times = run.times();
        for (int i = 0; i < turns.size(); i++) {
            RowsTurn turn = turns.get(i);
            List<Tensor> result = run.result().get(i);
            replies.add(turn.loop(), () -> turn.complete(result, startedNanos - turn.arrivedNanos(), times));
        }
        replies.send();
    }

    private static ModelRun<List<List<Tensor>>> attempt(List<RowsTurn> turns) {
        OnnxSession session = turns.get(0).session();
        try {
            return session.runTogether(turns.stream().map(RowsTurn::rows).toList());
        } catch (InferenceException e) {
            if (turns.size() > 1) {
                throw e;
            }
            // Some models give another number of rows than they took, for some inputs: such an answer fits into no
            // memory made for it.
            var rows = turns.get(0).rows();
            ModelRun<List<Tensor>> alone = session.measuredRun(rows.inputs(), rows.outputs());
            return new ModelRun<>(List.of(alone.result()), alone.times());
        }
    }
}
