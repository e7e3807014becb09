package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.ModelInferResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTest {
    @Test
    void takesTheGatesParametersFromTheResponse() {
        Answer answer = answer(Map.of(
                "tiergate.decision", "ESCALATED",
                "tiergate.label", "Bag",
                "tiergate.confidence", "0.4375",
                "tiergate.escalation_id", "id",
                "tiergate.model_digest", "sha256:11"));
        assertThat(answer.decision()).isEqualTo(Decision.ESCALATED);
        assertThat(answer.edgeLabel()).isEqualTo("Bag");
        assertThat(answer.confidence()).isEqualTo(0.4375);
        assertThat(answer.promise()).contains("id");
        assertThat(answer.model()).isEqualTo("small/1@sha256:11");
    }

    @Test
    void refusesAResponseWithoutThem() {
        assertThatThrownBy(() -> answer(Map.of("tiergate.decision", "ACCEPTED", "tiergate.label", "Bag")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> answer(Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static Answer answer(Map<String, String> parameters) {
        ModelInferResponse.Builder response =
                ModelInferResponse.newBuilder().setModelName("small").setModelVersion("1");
        parameters.forEach((key, value) -> response.putParameters(
                key, InferParameter.newBuilder().setStringParam(value).build()));
        return Answer.of(response.build(), List.of("Coat", "Bag"));
    }
}
