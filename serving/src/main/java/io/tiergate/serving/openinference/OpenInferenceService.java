package io.tiergate.serving.openinference;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.smallrye.mutiny.Uni;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.ModelConfigRequest;
import io.tiergate.proto.inference.ModelConfigResponse;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferResponse;
import io.tiergate.proto.inference.ModelMetadataRequest;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelReadyRequest;
import io.tiergate.proto.inference.ModelReadyResponse;
import io.tiergate.proto.inference.ModelStatisticsRequest;
import io.tiergate.proto.inference.ModelStatisticsResponse;
import io.tiergate.proto.inference.ModelStreamInferResponse;
import io.tiergate.proto.inference.RepositoryIndexRequest;
import io.tiergate.proto.inference.RepositoryIndexResponse;
import io.tiergate.proto.inference.RepositoryModelLoadRequest;
import io.tiergate.proto.inference.RepositoryModelLoadResponse;
import io.tiergate.proto.inference.RepositoryModelUnloadRequest;
import io.tiergate.proto.inference.RepositoryModelUnloadResponse;
import io.tiergate.proto.inference.ServerLiveRequest;
import io.tiergate.proto.inference.ServerLiveResponse;
import io.tiergate.proto.inference.ServerMetadataRequest;
import io.tiergate.proto.inference.ServerMetadataResponse;
import io.tiergate.proto.inference.ServerReadyRequest;
import io.tiergate.proto.inference.ServerReadyResponse;
import io.tiergate.serving.grpc.CallMetrics;
import io.tiergate.serving.grpc.DrainableService;
import io.tiergate.serving.grpc.Failures;
import io.tiergate.serving.grpc.Replies;
import io.tiergate.serving.inference.InferenceBackend;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelControl;
import io.tiergate.serving.inference.ModelNotFoundException;
import io.tiergate.serving.inference.ModelNotReadyException;
import io.tiergate.serving.inference.Servable;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The Open Inference Protocol v2.
 *
 * @param <M> the models that are served
 */
public final class OpenInferenceService<M extends Servable>
        extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase implements DrainableService {
    /** The protocol's extensions that work here, under the names by which clients look for them. */
    private static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "classification",
            "model_configuration",
            "model_repository",
            "model_repository(unload_dependents)",
            "parameters",
            "statistics");

    /** What a client is told that comes too late. */
    static final String STOPPING = "Server not ready: it is stopping. Ask another one, or this one once it is back.";

    private final ModelCatalog<M> catalog;
    private final InferenceRequests<M> requests;
    private final StreamedRequests streamed;
    private final Set<InferenceStream> streams = ConcurrentHashMap.newKeySet();
    private final StatisticsReport statistics;
    private final RepositoryCalls repository;
    private final CallMetrics metrics;
    private final OpenInferenceSettings settings;
    private volatile boolean draining;

    public OpenInferenceService(
            ModelCatalog<M> catalog,
            InferenceBackend<M> backend,
            InferenceStatistics statistics,
            ModelControl control,
            CallMetrics metrics,
            OpenInferenceSettings settings) {
        this.catalog = catalog;
        this.requests = new InferenceRequests<>(catalog, backend);
        this.streamed = new StreamedRequests(requests, metrics);
        this.statistics = new StatisticsReport(catalog, statistics);
        this.repository = new RepositoryCalls(catalog, control);
        this.metrics = metrics;
        this.settings = settings;
    }

    @Override
    public void drain() {
        draining = true;
        streams.forEach(InferenceStream::drain);
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
                .setName(settings.serverName())
                .setVersion(settings.serverVersion())
                .addAllExtensions(EXTENSIONS)
                .build());
    }

    @Override
    public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> observer) {
        answer(
                observer,
                () -> ModelReadyResponse.newBuilder().setReady(isReady(request)).build());
    }

    /** A model that is in the repository but not served is not ready; one that is not there at all is NOT_FOUND. */
    private boolean isReady(ModelReadyRequest request) {
        try {
            catalog.require(request.getName(), request.getVersion());
            return true;
        } catch (ModelNotReadyException e) {
            return false;
        } catch (ModelNotFoundException e) {
            if (settings.lenientModelReady()) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void modelMetadata(ModelMetadataRequest request, StreamObserver<ModelMetadataResponse> observer) {
        answer(observer, () -> ModelDescriptions.metadata(catalog.require(request.getName(), request.getVersion())));
    }

    @Override
    public void modelConfig(ModelConfigRequest request, StreamObserver<ModelConfigResponse> observer) {
        answer(
                observer,
                () -> ModelDescriptions.config(catalog.require(request.getName(), request.getVersion()), settings));
    }

    @Override
    public void modelStatistics(ModelStatisticsRequest request, StreamObserver<ModelStatisticsResponse> observer) {
        answer(observer, () -> statistics.answer(request));
    }

    @Override
    public void repositoryIndex(RepositoryIndexRequest request, StreamObserver<RepositoryIndexResponse> observer) {
        answer(observer, () -> repository.index(request));
    }

    @Override
    public void repositoryModelLoad(
            RepositoryModelLoadRequest request, StreamObserver<RepositoryModelLoadResponse> observer) {
        answerLater(
                observer, () -> repository.load(request).replaceWith(RepositoryModelLoadResponse.getDefaultInstance()));
    }

    @Override
    public void repositoryModelUnload(
            RepositoryModelUnloadRequest request, StreamObserver<RepositoryModelUnloadResponse> observer) {
        answerLater(
                observer,
                () -> repository.unload(request).replaceWith(RepositoryModelUnloadResponse.getDefaultInstance()));
    }

    @Override
    public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> observer) {
        CallMetrics.Call call = metrics.started();
        try {
            Replies.send(
                    requests.answer(request, call).invoke(call::answered), observer, call::failed, call::cancelled);
        } catch (RuntimeException e) {
            observer.onError(call.failed(e));
        }
    }

    @Override
    public StreamObserver<ModelInferRequest> modelStreamInfer(StreamObserver<ModelStreamInferResponse> observer) {
        InferenceStream stream = new InferenceStream(
                (ServerCallStreamObserver<ModelStreamInferResponse>) observer, streamed::answer, streams::remove);
        stream.start();
        streams.add(stream);
        if (draining) {
            stream.drain();
        }
        return stream;
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> reply) {
        try {
            observer.onNext(reply.get());
            observer.onCompleted();
        } catch (RuntimeException e) {
            observer.onError(Failures.toStatus(e));
        }
    }

    private static <T> void answerLater(StreamObserver<T> observer, Supplier<Uni<T>> reply) {
        try {
            Replies.send(reply.get(), observer, Failures::toStatus, () -> {});
        } catch (RuntimeException e) {
            observer.onError(Failures.toStatus(e));
        }
    }
}
