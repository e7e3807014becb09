package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.inference.CallInputs;
import io.tiergate.edge.inference.EdgeModelLoader;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.image.ImageDecoder;
import io.tiergate.proto.v1.InferRequest;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.testing.TestImages;
import jakarta.inject.Inject;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Model tiny-image takes four numbers, 16 bytes, for each picture. */
@QuarkusTest
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
class RequestInputsTest {
    private static final byte[] PICTURE = TestImages.grey("png", 4, 255, 0, 0, 0);

    @Inject
    EdgeConfig config;

    private ModelCatalog<ServedModel> catalog;

    @BeforeEach
    void load() throws Exception {
        catalog = ModelCatalog.load(
                config.models(),
                new EdgeModelLoader(SessionSettings.SINGLE_THREADED, ImageDecoder.within(100_000_000)));
    }

    @AfterEach
    void close() {
        catalog.close();
    }

    @Test
    void smallFilesMayNotBecomeMoreThanARequestMayBring() {
        assertThat(read(32, 2).rows()).isEqualTo(2);
        assertThatThrownBy(() -> read(31, 2))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage(
                        "images: 2 become a tensor of 32 bytes for model 'tiny-image' (expected: at most 31, tiergate.grpc.max-message-size); send fewer in a call");
    }

    @Test
    void oneSampleIsTakenHoweverLargeTheModelWantsIt() {
        assertThat(read(1, 1).rows()).isEqualTo(1);
    }

    @Test
    void picturesCountWithTheirFilesAndWithWhatTheyBecome() {
        assertThat(read(1_000, 3).sizeBytes()).isEqualTo(3L * (PICTURE.length + 16));
    }

    private CallInputs read(long maxTensorBytes, int pictures) {
        InferRequest request = InferRequest.newBuilder()
                .addAllImages(Collections.nCopies(pictures, ByteString.copyFrom(PICTURE)))
                .build();
        return new RequestInputs(maxTensorBytes).read(catalog.require("tiny-image", ""), request);
    }
}
