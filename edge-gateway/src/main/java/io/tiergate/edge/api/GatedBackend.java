package io.tiergate.edge.api;

import io.smallrye.mutiny.Uni;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.Prediction;

/** Answers the Open Inference Protocol through the gate, whose decision travels in the response's parameters. */
public final class GatedBackend implements InferenceBackend<ServedModel> {
    private final Gateway gateway;
    private final SampleMetrics samples;

    public GatedBackend(Gateway gateway, SampleMetrics samples) {
        this.gateway = gateway;
        this.samples = samples;
    }

    @Override
    public Uni<Prediction> infer(ServedModel model, InferenceCall call) {
        return gateway.answer(model, model.arranged(call.inputs()), call.outputs(), RequestParameters.read(call))
                .invoke(samples::answered)
                .map(answer -> new Prediction(answer.outputs(), ResponseParameters.of(answer)));
    }
}
