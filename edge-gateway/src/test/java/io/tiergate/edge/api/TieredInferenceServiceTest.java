package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.DoubleValue;
import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EscalationMode;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.runtime.Shape;
import jakarta.inject.Inject;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
class TieredInferenceServiceTest {
    @Inject
    EdgeLifecycle edge;

    private ManagedChannel channel;
    private TieredInferenceBlockingStub client;

    @BeforeEach
    void connect() {
        channel = NettyChannelBuilder.forAddress("localhost", edge.grpcPort())
                .usePlaintext()
                .build();
        client = TieredInferenceGrpc.newBlockingStub(channel);
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    @Test
    void everySampleShowsItsTierAndWhatTheEdgeSaid() {
        InferResponse response = client.infer(request("tiny-edge", sure()).build());
        assertThat(response.getModel().getName()).isEqualTo("tiny-edge");
        assertThat(response.getModel().getDigest()).startsWith("sha256:");
        SampleResult result = response.getResults(0);
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        assertThat(result.getTier()).isEqualTo(Tier.TIER_EDGE);
        assertThat(result.getLabel()).isEqualTo("a");
        assertThat(result.getEdge().getProbabilitiesList()).hasSize(3);
    }

    @Test
    void optionsAreObeyed() {
        assertThat(decision(sure(), options().setEscalation(EscalationMode.ESCALATION_MODE_ALWAYS)))
                .isEqualTo(Decision.DECISION_ESCALATED);
        assertThat(decision(doubtful(), options().setEscalation(EscalationMode.ESCALATION_MODE_NEVER)))
                .isEqualTo(Decision.DECISION_LOCAL_ONLY);
        assertThat(decision(sure(), options().setThreshold(DoubleValue.of(0.999))))
                .isEqualTo(Decision.DECISION_ESCALATED);
        InferRequest unaudited = request("tiny-audited", sure())
                .setOptions(options().setNeverAudit(true))
                .build();
        assertThat(client.infer(unaudited).getResults(0).getEscalationId()).isEmpty();
    }

    @Test
    void badOptionsAreRefusedInPlainWords() {
        assertRefused(() -> decision(sure(), options().setThreshold(DoubleValue.of(Double.NaN))), "threshold: NaN");
        assertRefused(() -> decision(sure(), options().setEscalationValue(9)), "escalation: 9");
        assertRefused(
                () -> decision(sure(), options().setWait(Duration.newBuilder().setSeconds(-1))), "wait: -1 s and 0 ns");
        assertRefused(() -> decision(sure(), options().setSubject("s".repeat(300))), "subject: 300 characters");
        assertRefused(
                () -> client.watchVerdicts(WatchVerdictsRequest.newBuilder()
                                .setAfterCursor(-1)
                                .build())
                        .next(),
                "after_cursor: 18446744073709551615");
    }

    @Test
    void anAbsurdlyLongWaitIsCutToTheGatewaysOwn() {
        // A sure sample waits for nothing, however long it might.
        assertThat(decision(sure(), options().setWait(Duration.newBuilder().setSeconds(20_000_000_000L))))
                .isEqualTo(Decision.DECISION_ACCEPTED);
    }

    @Test
    void aModelWithoutGateIsToldToUseModelInfer() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> client.infer(request("tiny-plain", sure()).build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(failure.getStatus().getDescription()).contains("has no gate").contains("ModelInfer");
    }

    @Test
    void anUnknownEscalationIsNotFound() {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> client.getVerdict(
                        GetVerdictRequest.newBuilder().setEscalationId("nobody").build()));
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
        assertThat(failure.getStatus().getDescription()).contains("'nobody'");
    }

    private static void assertRefused(ThrowingCallable call, String words) {
        StatusRuntimeException failure = catchThrowableOfType(StatusRuntimeException.class, call);
        assertThat(failure.getStatus().getCode()).as(failure.getMessage()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }

    private Decision decision(float[] x, InferOptions.Builder options) {
        return client.infer(request("tiny-edge", x).setOptions(options).build())
                .getResults(0)
                .getDecision();
    }

    private static InferOptions.Builder options() {
        return InferOptions.newBuilder();
    }

    private static InferRequest.Builder request(String model, float... x) {
        var tensor = io.tiergate.runtime.Tensor.ofFloats("x", Shape.of(1, x.length), x);
        return InferRequest.newBuilder()
                .setModelName(model)
                .addInputs(Tensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(1)
                        .addShape(x.length)
                        .setData(ByteString.copyFrom(tensor.data())));
    }
}
