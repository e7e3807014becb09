package io.tiergate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class GateAnswerTest {
    private static ModelInferResponse.Builder answer() {
        return ModelInferResponse.newBuilder()
                .setModelName("tiergate.decision")
                .putParameters("tiergate.label", text("ESCALATED"))
                .putParameters(
                        "other", InferParameter.newBuilder().setInt64Param(7).build())
                .addRawOutputContents(ByteString.copyFromUtf8("tiergate.decision"));
    }

    private static InferParameter text(String value) {
        return InferParameter.newBuilder().setStringParam(value).build();
    }

    private static Outcome read(String decision) {
        return GateAnswer.read(answer().putParameters("tiergate.decision", text(decision))
                .build()
                .toByteArray());
    }

    @Test
    void theDecisionIsFoundAmongTheOtherParameters() {
        assertThat(read("ACCEPTED")).isEqualTo(Outcome.ACCEPTED);
        assertThat(read("ESCALATED")).isEqualTo(Outcome.ESCALATED);
        assertThat(read("SHED")).isEqualTo(Outcome.SHED);
    }

    @Test
    void anAnswerWithoutDecisionIsUngated() {
        assertThat(GateAnswer.read(answer().build().toByteArray())).isEqualTo(Outcome.UNGATED);
        assertThat(GateAnswer.read(new byte[0])).isEqualTo(Outcome.UNGATED);
    }

    @Test
    void whatIsNoAnswerIsAFailure() {
        assertThat(GateAnswer.read("no protobuf at all".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(Outcome.FAILED);
    }
}
