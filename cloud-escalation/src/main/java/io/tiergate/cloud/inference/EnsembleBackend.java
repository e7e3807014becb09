package io.tiergate.cloud.inference;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.adjudication.Judgement;
import io.tiergate.cloud.adjudication.SampleJudge;
import io.tiergate.cloud.adjudication.ServedEnsemble;
import io.tiergate.ensemble.Opinion;
import io.tiergate.runtime.InferenceException;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.Prediction;
import io.tiergate.serving.inference.RunRequest;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Answers the Open Inference Protocol with an ensemble's opinion; each row is a sample of its own. */
final class EnsembleBackend implements InferenceBackend<ServedEnsemble> {
    private static final String PREFIX = "tiergate.";

    private final InferencePool pool;
    private final SampleJudge judge;
    private final int maxRows;

    EnsembleBackend(InferencePool pool, SampleJudge judge, int maxRows) {
        this.pool = pool;
        this.judge = judge;
        this.maxRows = maxRows;
    }

    @Override
    public Uni<Prediction> infer(ServedEnsemble model, InferenceCall call) {
        refuseEdgeParameters(call.parameters().keySet());
        long rows = call.inputs().get(0).shape().size(0);
        checkRows(model, rows);
        long bytes = call.inputs().stream().mapToLong(Tensor::sizeBytes).sum();
        return pool.run(new RunRequest(model, rows, bytes, call.queue()), () -> run(model, call));
    }

    /** The members' runs together count as one, without what goes in and comes out. */
    private ModelRun<Prediction> run(ServedEnsemble model, InferenceCall call) {
        long begun = System.nanoTime();
        List<Opinion> opinions = opinions(model, call);
        RunTimes times = new RunTimes(0, System.nanoTime() - begun, 0);
        return new ModelRun<>(new EnsembleAnswer(model, opinions).toPrediction(call.outputs()), times);
    }

    private List<Opinion> opinions(ServedEnsemble model, InferenceCall call) {
        return judge.batches(samples(call.inputs())).stream()
                .flatMap(batch -> judge.judge(model.ensemble(), batch).stream())
                .map(EnsembleBackend::opinion)
                .toList();
    }

    private static List<List<Tensor>> samples(List<Tensor> inputs) {
        List<List<Tensor>> rowsByInput = inputs.stream().map(Tensor::rows).toList();
        return IntStream.range(0, rowsByInput.get(0).size())
                .mapToObj(row -> rowsByInput.stream().map(rows -> rows.get(row)).toList())
                .toList();
    }

    private static Opinion opinion(Judgement judgement) {
        return switch (judgement) {
            case Judgement.Given given -> given.opinion();
            case Judgement.Failed failed -> throw new InferenceException(failed.reason(), null);
        };
    }

    /** A caller who asks for a gate, or for a place in the ledger, must not believe that there is one here. */
    private static void refuseEdgeParameters(Set<String> names) {
        TreeSet<String> edges = new TreeSet<>(names);
        edges.removeIf(name -> !name.startsWith(PREFIX));
        if (!edges.isEmpty()) {
            throw new InvalidRequestException(
                    "parameters %s are the edge gateway's (expected: none that begins with tiergate. in a call to an ensemble). Leave them out, or ask the edge."
                            .formatted(edges));
        }
    }

    private void checkRows(ServedEnsemble model, long rows) {
        if (rows > maxRows) {
            throw new InvalidRequestException(
                    "batch of %d rows (expected: at most %d for the ensemble '%s', tiergate.inference.max-batch-size)"
                            .formatted(rows, maxRows, model.name()));
        }
    }
}
