package io.tiergate.serving.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.StreamObserver;
import io.tiergate.proto.inference.GRPCInferenceServiceGrpc;
import io.tiergate.proto.inference.OpenInference;
import io.tiergate.serving.testing.LoopbackConfig;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tools that know no {@code .proto} files are told, in both versions of the question. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReflectionTest {
    private static final String[] EVERYTHING = {
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        GRPCInferenceServiceGrpc.SERVICE_NAME
    };

    private GrpcEndpoint endpoint;
    private ManagedChannel channel;

    @AfterEach
    void stop() {
        channel.shutdownNow();
        endpoint.close();
    }

    @Test
    void listsEveryServiceInBothVersionsWhereItIsOn() throws Exception {
        start(true);

        assertThat(services()).containsExactlyInAnyOrder(EVERYTHING);
        assertThat(servicesInAlpha()).containsExactlyInAnyOrder(EVERYTHING);
    }

    @Test
    void tellsTheFileOfAService() throws Exception {
        start(true);

        assertThat(ask(ServerReflectionRequest.newBuilder()
                                .setFileContainingSymbol(GRPCInferenceServiceGrpc.SERVICE_NAME)
                                .build())
                        .getFileDescriptorResponse()
                        .getFileDescriptorProtoList())
                .contains(OpenInference.getDescriptor().toProto().toByteString());
    }

    @Test
    void isThereInNeitherVersionWhereItIsOff() throws Exception {
        start(false);

        assertUnimplemented(this::services);
        assertUnimplemented(this::servicesInAlpha);
    }

    private void start(boolean reflection) throws Exception {
        endpoint = new GrpcEndpoint(new LoopbackConfig(reflection), List.of(new SilentService()));
        endpoint.start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", endpoint.port())
                .usePlaintext()
                .build();
    }

    private List<String> services() {
        return ask(ServerReflectionRequest.newBuilder().setListServices("").build())
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(ServiceResponse::getName)
                .toList();
    }

    private ServerReflectionResponse ask(ServerReflectionRequest question) {
        return ask(ServerReflectionGrpc.newStub(channel)::serverReflectionInfo, question);
    }

    private List<String> servicesInAlpha() {
        return ask(
                        io.grpc.reflection.v1alpha.ServerReflectionGrpc.newStub(channel)::serverReflectionInfo,
                        io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                                .setListServices("")
                                .build())
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(io.grpc.reflection.v1alpha.ServiceResponse::getName)
                .toList();
    }

    /** Asks one question and returns its answer. */
    private static <Q, R> R ask(Function<StreamObserver<R>, StreamObserver<Q>> method, Q question) {
        CompletableFuture<R> answer = new CompletableFuture<>();
        StreamObserver<Q> call = method.apply(new StreamObserver<>() {
            @Override
            public void onNext(R response) {
                answer.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                answer.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                answer.completeExceptionally(new AssertionError("ended without an answer"));
            }
        });
        call.onNext(question);
        call.onCompleted();
        return answer.join();
    }

    private static void assertUnimplemented(Runnable question) {
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(question::run)
                .havingCause()
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failure -> assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }
}
