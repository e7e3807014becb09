package io.tiergate.serving.openinference;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ModelReadyResponse;
import io.tiergate.proto.inference.ServerLiveRequest;
import io.tiergate.proto.inference.ServerLiveResponse;
import io.tiergate.proto.inference.ServerMetadataRequest;
import io.tiergate.proto.inference.ServerMetadataResponse;
import io.tiergate.proto.inference.ServerReadyRequest;
import io.tiergate.proto.inference.ServerReadyResponse;
import io.tiergate.runtime.Tensor;
import io.tiergate.runtime.TensorSpec;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.DrainableService;
import io.tiergate.serving.grpc.Failures;
import io.tiergate.serving.grpc.Replies;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceCall;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelNotReadyException;
import io.tiergate.serving.inference.Prediction;
import io.tiergate.serving.inference.Servable;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The Open Inference Protocol v2. Raw contents out, always: many clients decode nothing else.
 *
 * @param <M> the models that are served
 */
public final class OpenInferenceService<M extends Servable>
        extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase implements DrainableService {
    private final ModelCatalog<M> catalog;
    private final InferenceBackend<M> backend;
    private final CallMetrics metrics;
    private final String serverName;
    private final String serverVersion;
    private volatile boolean draining;

    /**
     * @param serverName and {@code serverVersion}: what ServerMetadata says
     */
    public OpenInferenceService(
            ModelCatalog<M> catalog,
            InferenceBackend<M> backend,
            CallMetrics metrics,
            String serverName,
            String serverVersion) {
        this.catalog = catalog;
        this.backend = backend;
        this.metrics = metrics;
        this.serverName = serverName;
        this.serverVersion = serverVersion;
    }

    @Override
    public void drain() {
        draining = true;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(observer, () -> ServerReadyResponse.newBuilder()
                .setReady(!draining && !catalog.served().isEmpty())
                .build());
    }

    @Override
    public void serverMetadata(ServerMetadataRequest request, StreamObserver<ServerMetadataResponse> observer) {
        answer(observer, () -> ServerMetadataResponse.newBuilder()
                .setName(serverName)
                .setVersion(serverVersion)
                .addExtensions("binary_tensor_data")
                .addExtensions("parameters")
                .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        answer(
                observer,
                () -> ModelReadyResponse.newBuilder().setReady(isReady(request)).build());
    }

    /** A model that is in the repository but refused is not ready; one that is not there at all is NOT_FOUND. */
    private boolean isReady(ModelReadyRequest request) {
        try {
            catalog.require(request.getName(), request.getVersion());
            return true;
        } catch (ModelNotReadyException e) {
            return false;
        }
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        answer(observer, () -> metadata(catalog.require(request.getName(), request.getVersion())));
    }

    private static ModelMetadataResponse metadata(Servable model) {
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(String.valueOf(model.version()))
                .setPlatform(model.platform())
                .putProperties("digest", model.digest());
        model.signature().inputs().forEach(spec -> response.addInputs(metadata(spec)));
        model.signature().outputs().forEach(spec -> response.addOutputs(metadata(spec)));
        return response.build();
    }

    private static ModelMetadataResponse.TensorMetadata metadata(TensorSpec spec) {
        var builder = ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(spec.name())
                .setDatatype(spec.type().name());
        for (long size : spec.shape().toArray()) {
            builder.addShape(size);
        }
        return builder.build();
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        CallMetrics.Call call = metrics.started();
        try {
            M model = catalog.require(request.getModelName(), request.getModelVersion());
            call.of(model.name());
            UnsupportedOptions.refuse(request);
            // Not the request: a call that waits for a verdict must not hold its tensors meanwhile.
            String requestId = request.getId();
            List<Tensor> inputs = model.signature().arrange(model.name(), TensorCodec.decode(request));
            List<String> wanted = wantedOutputs(model, request);
            Replies.send(
                    backend.infer(model, new InferenceCall(inputs, wanted, request.getParametersMap()))
                            .invoke(call::answered)
                            .map(prediction -> response(requestId, model, prediction)),
                    observer,
                    call::failed,
                    call::cancelled);
        } catch (RuntimeException e) {
            observer.onError(call.failed(e));
        }
    }

    private static ModelInferResponse response(String requestId, Servable model, Prediction prediction) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model.name())
                .setModelVersion(String.valueOf(model.version()))
                .setId(requestId);
        for (Tensor output : prediction.outputs()) {
            var described = ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name());
            for (long size : output.shape().toArray()) {
                described.addShape(size);
            }
            response.addOutputs(described);
            response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.data()));
        }
        prediction
                .parameters()
                .forEach((key, value) -> response.putParameters(
                        key, InferParameter.newBuilder().setStringParam(value).build()));
        return response.build();
    }

    private static List<String> wantedOutputs(Servable model, ModelInferRequest request) {
        List<String> known =
                model.signature().outputs().stream().map(TensorSpec::name).toList();
        if (request.getOutputsCount() == 0) {
            return known;
        }
        List<String> wanted = request.getOutputsList().stream()
                .map(ModelInferRequest.InferRequestedOutputTensor::getName)
                .toList();
        var unknown =
                wanted.stream().filter(name -> !known.contains(name)).collect(Collectors.toCollection(TreeSet::new));
        if (!unknown.isEmpty()) {
            throw new InvalidRequestException("outputs %s are unknown (expected: of %s, from model '%s')"
                    .formatted(unknown, known, model.name()));
        }
        return wanted;
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> reply) {
        try {
            observer.onNext(reply.get());
            observer.onCompleted();
        } catch (RuntimeException e) {
            observer.onError(Failures.toStatus(e));
        }
    }
}
