package io.tiergate.afternoon;

import ai.onnxruntime.OrtException;
import io.grpc.Status;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.MutinyGRPCInferenceServiceGrpc;

/** Answers with the model's output; runs block, so they go to the default worker pool. */
@GrpcService
public class InferenceService extends MutinyGRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    private final Model model;

    InferenceService(Model model) {
        this.model = model;
    }

    @Override
    public Uni<ModelInferResponse> modelInfer(ModelInferRequest request) {
        return Uni.createFrom().item(() -> infer(request)).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
    }

    private ModelInferResponse infer(ModelInferRequest request) {
        if (request.getInputsCount() != 1 || request.getRawInputContentsCount() != 1) {
            throw Status.INVALID_ARGUMENT
                    .withDescription("expected one input with raw contents")
                    .asRuntimeException();
        }
        try {
            return model.run(request);
        } catch (OrtException e) {
            throw Status.INVALID_ARGUMENT
                    .withDescription(e.getMessage())
                    .withCause(e)
                    .asRuntimeException();
        }
    }
}
