package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelMetadataResponse;
import io.tiergate.proto.inference.ModelMetadataResponse.TensorMetadata;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageEncoderTest {
    private static final byte[] PIXELS = {0, 51, (byte) 255, 1, 2, 3};

    @Test
    void givesAFloatTensorItsBytesOver255() {
        ModelInferRequest request = encode("FP32", -1, 1, 2, 3);
        ByteBuffer floats =
                request.getRawInputContents(0).asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        assertThat(floats.remaining()).isEqualTo(PIXELS.length * Float.BYTES);
        assertThat(floats.getFloat()).isZero();
        assertThat(floats.getFloat()).isEqualTo(51 / 255f);
        assertThat(floats.getFloat()).isEqualTo(1f);
    }

    @Test
    void givesAnUnsignedByteTensorTheBytesThemselves() {
        ModelInferRequest request = encode("UINT8", -1, 6);
        assertThat(request.getRawInputContents(0).toByteArray()).isEqualTo(PIXELS);
        assertThat(request.getInputs(0).getDatatype()).isEqualTo("UINT8");
    }

    @Test
    void takesTheShapeThatTheModelSays() {
        assertThat(shape(-1, 1, 2, 3)).containsExactly(1L, 1L, 2L, 3L);
        assertThat(shape(-1, 2, 3, 1)).containsExactly(1L, 2L, 3L, 1L);
        assertThat(shape(-1, 2, 3)).containsExactly(1L, 2L, 3L);
        assertThat(shape(-1, 6)).containsExactly(1L, 6L);
        assertThat(shape(2, 3)).containsExactly(2L, 3L);
        assertThat(shape(-1, -1, -1, -1)).containsExactly(1L, 1L, 2L, 3L);
    }

    @Test
    void refusesAModelIntoWhichTheImageDoesNotFit() {
        assertThatThrownBy(() -> encode("FP32", -1, 3, 2, 3)).hasMessageContaining("an image of 2 by 3 does not fit");
        assertThatThrownBy(() -> encode("INT64", -1, 6)).hasMessageContaining("is INT64 (expected, for an image: FP32");
    }

    private static List<Long> shape(long... modelShape) {
        return encode("FP32", modelShape).getInputs(0).getShapeList();
    }

    private static ModelInferRequest encode(String datatype, long... modelShape) {
        ModelMetadataResponse model = ModelMetadataResponse.newBuilder()
                .setName("small")
                .addInputs(TensorMetadata.newBuilder()
                        .setName("images")
                        .setDatatype(datatype)
                        .addAllShape(Arrays.stream(modelShape).boxed().toList()))
                .build();
        return ImageEncoder.of(model, 2, 3).encode(PIXELS);
    }
}
