package io.tiergate.edge.overload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class CloudOpinionsTest {
    @Test
    void readsEachRowsClassesByName() {
        CloudOpinions opinions =
                CloudOpinions.of(response("false,true", "0.9:1:a:b,c", "0.1:0:ok", "0.5:0:ok", "0.5:1:a:b,c"), 2);
        assertThat(opinions.rows().get(0).label())
                .as("names may hold what separates")
                .isEqualTo("a:b,c");
        assertThat(opinions.rows().get(0).confidence()).isEqualTo(0.9f);
        assertThat(opinions.rows().get(0).sure()).isTrue();
        assertThat(opinions.rows().get(1).label()).isEqualTo("ok");
        assertThat(opinions.rows().get(1).sure()).isFalse();
    }

    @Test
    void takesNoAnswerWithoutAQuorum() {
        assertRefused(response("true", "NaN:0:a", "NaN:1:b"), 1);
    }

    @Test
    void takesNoAnswerToAnotherQuestion() {
        assertRefused(response("false", "1.0:0:a"), 2);
        assertRefused(response("false,false", "1.0:0:a"), 2);
        assertRefused(response("false", "1.0:0"), 1);
        assertRefused(response("false"), 1);
        assertRefused(ModelInferResponse.getDefaultInstance(), 1);
        assertRefused(
                response("false", "1.0:0:a").toBuilder()
                        .clearRawOutputContents()
                        .build(),
                1);
    }

    @Test
    void takesNoAnswerThatDoesNotEnd() {
        ModelInferResponse whole = response("false", "1.0:0:a");
        ByteString content = whole.getRawOutputContents(0);
        assertRefused(
                whole.toBuilder()
                        .setRawOutputContents(0, content.substring(0, content.size() - 1))
                        .build(),
                1);
        assertRefused(
                whole.toBuilder()
                        .setRawOutputContents(0, ByteString.copyFrom(new byte[] {-1, -1, -1, 127}))
                        .build(),
                1);
    }

    private static void assertRefused(ModelInferResponse response, int samples) {
        assertThatThrownBy(() -> CloudOpinions.of(response, samples)).isInstanceOf(IllegalArgumentException.class);
    }

    private static ModelInferResponse response(String provisional, String... classes) {
        ByteBuffer texts = ByteBuffer.allocate(1000).order(ByteOrder.LITTLE_ENDIAN);
        for (String text : classes) {
            byte[] bytes = text.getBytes(UTF_8);
            texts.putInt(bytes.length).put(bytes);
        }
        return ModelInferResponse.newBuilder()
                .putParameters(
                        "tiergate.provisional",
                        InferParameter.newBuilder().setStringParam(provisional).build())
                .addOutputs(ModelInferResponse.InferOutputTensor.newBuilder()
                        .setName("probabilities")
                        .setDatatype("BYTES")
                        .addShape(classes.length))
                .addRawOutputContents(ByteString.copyFrom(texts.flip()))
                .build();
    }
}
