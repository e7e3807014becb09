package io.tiergate.edge.api;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.stub.StreamObserver;
import io.tiergate.edge.inference.Answer;
import io.tiergate.edge.inference.CallInputs;
import io.tiergate.edge.inference.Gateway;
import io.tiergate.edge.inference.InvalidRequestException;
import io.tiergate.edge.inference.ModelCatalog;
import io.tiergate.edge.inference.ModelNotReadyException;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
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
import java.util.List;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The Open Inference Protocol v2. Raw contents out, always: many clients decode nothing else. */
final class OpenInferenceService extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
    private final ModelCatalog catalog;
    private final Gateway gateway;
    private final CallMetrics metrics;
    private final BooleanSupplier ready;
    private final String serverName;
    private final String serverVersion;

    OpenInferenceService(
            ModelCatalog catalog,
            Gateway gateway,
            CallMetrics metrics,
            BooleanSupplier ready,
            String serverName,
            String serverVersion) {
        this.catalog = catalog;
        this.gateway = gateway;
        this.metrics = metrics;
        this.ready = ready;
        this.serverName = serverName;
        this.serverVersion = serverVersion;
    }

    @Override
    public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> observer) {
        answer(observer, () -> ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> observer) {
        answer(observer, () -> ServerReadyResponse.newBuilder()
                .setReady(ready.getAsBoolean())
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

    private static ModelMetadataResponse metadata(ServedModel model) {
        ModelMetadataResponse.Builder response = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(String.valueOf(model.version()))
                .setPlatform("onnxruntime_onnx")
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
            ServedModel model = catalog.require(request.getModelName(), request.getModelVersion());
            call.of(model.name());
            UnsupportedOptions.refuse(request);
            // Not the request: a call that waits for a verdict must not hold its tensors meanwhile.
            String requestId = request.getId();
            CallInputs inputs = model.tensors(TensorCodec.decode(request));
            List<String> wanted = wantedOutputs(model, request);
            Replies.send(
                    gateway.answer(model, inputs, wanted, RequestParameters.read(request.getParametersMap()))
                            .map(answer -> response(requestId, answer, call)),
                    observer,
                    call::failed,
                    call::cancelled);
        } catch (RuntimeException e) {
            observer.onError(call.failed(e));
        }
    }

    private static ModelInferResponse response(String requestId, Answer answer, CallMetrics.Call call) {
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(answer.model().name())
                .setModelVersion(String.valueOf(answer.model().version()))
                .setId(requestId);
        for (Tensor output : answer.outputs()) {
            var described = ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(output.name())
                    .setDatatype(output.type().name());
            for (long size : output.shape().toArray()) {
                described.addShape(size);
            }
            response.addOutputs(described);
            response.addRawOutputContents(UnsafeByteOperations.unsafeWrap(output.data()));
        }
        ResponseParameters.write(answer, response);
        call.answered(answer.samples());
        return response.build();
    }

    private static List<String> wantedOutputs(ServedModel model, ModelInferRequest request) {
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
