package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.EdgeLifecycle;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tensor;
import io.tiergate.proto.v1.TieredInferenceGrpc;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.runtime.Shape;
import io.tiergate.testing.TestImages;
import jakarta.inject.Inject;
import java.util.Collections;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Model tiny-image takes a picture of four grey pixels as x = byte / 51. */
@QuarkusTest
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
class ImageInputTest {
    /** x = 5, 0, 0, 0: accepted as a. */
    private static final byte[] SURE = TestImages.grey("png", 4, 255, 0, 0, 0);
    /** x = 0, 1, 0, 0: b, in doubt. */
    private static final byte[] DOUBTFUL = TestImages.grey("png", 4, 0, 51, 0, 0);

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
    void aPngIsAnsweredAsTheTensorThatItBecomes() {
        SampleResult asTensor =
                client.infer(tensor("tiny-image", 0, 1, 0, 0).build()).getResults(0);

        SampleResult asPicture = only(images("tiny-image", DOUBTFUL));

        assertThat(asPicture.getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
        assertThat(asPicture.toBuilder().clearEscalationId().build())
                .isEqualTo(asTensor.toBuilder().clearEscalationId().build());
    }

    @Test
    void aJpegIsAnsweredToo() {
        SampleResult result = only(images("tiny-image", TestImages.grey("jpeg", 4, 255, 0, 0, 0)));

        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
        assertThat(result.getLabel()).isEqualTo("a");
        // JPEG keeps a pixel only nearly.
        assertThat(result.getConfidence()).isCloseTo(0.98, Offset.offset(0.01));
    }

    @Test
    void eachPictureIsASampleOfItsOwnInTheOrderGiven() {
        List<SampleResult> results =
                client.infer(images("tiny-image", DOUBTFUL, SURE, DOUBTFUL)).getResultsList();

        assertThat(results).extracting(SampleResult::getLabel).containsExactly("b", "a", "b");
        assertThat(results)
                .extracting(SampleResult::getDecision)
                .containsExactly(Decision.DECISION_ESCALATED, Decision.DECISION_ACCEPTED, Decision.DECISION_ESCALATED);
    }

    @Test
    void aModelWithoutBatchDimensionTakesOnePicture() {
        byte[] picture = TestImages.grey("png", 3, 0, 0, 255);

        assertThat(only(images("tiny-unbatched", picture)).getLabel()).isEqualTo("c");
        assertRefused(
                images("tiny-unbatched", picture, picture),
                Status.Code.INVALID_ARGUMENT,
                "images: 2 (expected: 1, since model 'tiny-unbatched' has no batch dimension)");
    }

    @Test
    void picturesAndTensorsTogetherOrNeitherAreRefused() {
        assertRefused(
                tensor("tiny-image", 5, 0, 0, 0)
                        .addImages(ByteString.copyFrom(SURE))
                        .build(),
                Status.Code.INVALID_ARGUMENT,
                "inputs and images: both are given (expected: one of them, for model 'tiny-image')");
        assertRefused(images("tiny-image"), Status.Code.INVALID_ARGUMENT, "inputs and images: neither is given");
    }

    @Test
    void aModelThatTakesNoPicturesSaysWhatToAdd() {
        assertRefused(
                images("tiny-edge", SURE),
                Status.Code.FAILED_PRECONDITION,
                "model 'tiny-edge' takes no images (expected: a model.yaml with 'preprocess'); add preprocess: { image: grey }");
    }

    @Test
    void aBrokenPictureIsNamedByItsPlaceAndHarmsNobodyElse() {
        byte[] cut = java.util.Arrays.copyOf(SURE, SURE.length / 2);

        assertRefused(
                images("tiny-image", SURE, cut), Status.Code.INVALID_ARGUMENT, "images[1]: image cannot be decoded");
        assertRefused(
                images("tiny-image", new byte[] {1, 2, 3}),
                Status.Code.INVALID_ARGUMENT,
                "images[0]: image is neither PNG nor JPEG");
        assertThat(only(images("tiny-image", SURE)).getLabel()).isEqualTo("a");
    }

    @Test
    void theLimitOfRowsHoldsForPicturesToo() {
        InferRequest request = InferRequest.newBuilder()
                .setModelName("tiny-image")
                .addAllImages(Collections.nCopies(1_025, ByteString.copyFrom(SURE)))
                .build();

        assertRefused(request, Status.Code.INVALID_ARGUMENT, "batch of 1025 rows (expected: at most 1024");
    }

    private SampleResult only(InferRequest request) {
        List<SampleResult> results = client.infer(request).getResultsList();
        assertThat(results).hasSize(1);
        return results.get(0);
    }

    private void assertRefused(InferRequest request, Status.Code code, String words) {
        StatusRuntimeException failure =
                catchThrowableOfType(StatusRuntimeException.class, () -> client.infer(request));
        assertThat(failure.getStatus().getCode()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }

    private static InferRequest images(String model, byte[]... files) {
        InferRequest.Builder request = InferRequest.newBuilder().setModelName(model);
        for (byte[] file : files) {
            request.addImages(ByteString.copyFrom(file));
        }
        return request.build();
    }

    private static InferRequest.Builder tensor(String model, float... x) {
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
