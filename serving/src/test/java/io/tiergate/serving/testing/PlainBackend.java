package io.tiergate.serving.testing;

import io.smallrye.mutiny.Uni;
import io.tiergate.runtime.Rows;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.Prediction;
import io.tiergate.serving.inference.RunRequest;
import java.util.Map;

/** Answers with what the model says. */
public record PlainBackend(InferencePool pool) implements InferenceBackend<PlainModel> {
    @Override
    public Uni<Prediction> infer(PlainModel model, InferenceCall call) {
        long samples = model.signature().hasBatchDimension()
                ? call.inputs().get(0).shape().size(0)
                : 1;
        long bytes = call.inputs().stream().mapToLong(Tensor::sizeBytes).sum();
        return pool.run(
                        new RunRequest(model, samples, bytes, call.queue()),
                        model.model().session(),
                        new Rows(call.inputs(), call.outputs()))
                .map(outputs -> new Prediction(outputs, Map.of()));
    }
}
