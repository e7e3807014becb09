package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.GetVerdictRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.ReportLabelResponse;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportLabelTest {
    @TempDir
    Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theLabelIsTheVerdictFromThenOn() {
        String id = gateway.escalate("tiny-edge");
        ReportLabelResponse response = report(id, "b");
        assertThat(response.getStands()).isTrue();
        assertThat(response.getEscalation().getState()).isEqualTo(EscalationState.ESCALATION_STATE_VERDICT);
        assertThat(response.getEscalation().getVerdict().getSource())
                .isEqualTo(VerdictSource.VERDICT_SOURCE_APPLICATION);
        assertThat(response.getEscalation().getVerdict().getLabelIndex())
                .as("in the edge's labels")
                .isEqualTo(1);
        assertThat(gateway.client()
                        .getVerdict(GetVerdictRequest.newBuilder()
                                .setEscalationId(id)
                                .build()))
                .isEqualTo(response.getEscalation());
        assertThat(gateway.client()
                        .watchVerdicts(WatchVerdictsRequest.newBuilder()
                                .setSource(VerdictSource.VERDICT_SOURCE_APPLICATION)
                                .build())
                        .next()
                        .getEscalation())
                .isEqualTo(response.getEscalation());
    }

    @Test
    void aLabelCountsOnceForTheStatisticsAndTellsWhetherTheEdgeWasRight() {
        String id = gateway.escalate("tiny-edge");
        report(id, "b");
        report(id, "b");
        assertThat(gateway.applied).extracting(AppliedVerdict::agrees).containsExactly(false);
        report(id, "a");
        assertThat(gateway.applied).extracting(AppliedVerdict::agrees).containsExactly(false, true);
    }

    @Test
    void whoeverWaitsForTheVerdictIsAnsweredWithTheLabel() throws Exception {
        CompletableFuture<InferResponse> waiting = CompletableFuture.supplyAsync(() -> gateway.client()
                .infer(RunningGateway.request("tiny-edge", Requests.doubtful())
                        .setOptions(InferOptions.newBuilder()
                                .setWait(com.google.protobuf.Duration.newBuilder()
                                        .setSeconds(30)))
                        .build()));
        RunningGateway.eventually().until(() -> !gateway.promised().isEmpty());
        report(gateway.promised().get(0), "b");
        SampleResult result = waiting.get().getResults(0);
        assertThat(result.getLabel()).isEqualTo("b");
        assertThat(result.getTier()).isEqualTo(Tier.TIER_HUMAN);
        assertThat(result.getProvisional()).isFalse();
    }

    @Test
    void aPersonIsNotOverruled() {
        String id = gateway.escalate("tiny-edge");
        gateway.decide(id, "c", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        ReportLabelResponse response = report(id, "b");
        assertThat(response.getStands()).isFalse();
        assertThat(response.getEscalation().getVerdict().getLabel()).isEqualTo("c");
    }

    @Test
    void aLabelThatTheModelDoesNotKnowIsRefusedAndTheLabelsAreNamed() {
        String id = gateway.escalate("tiny-edge");
        assertRefused(id, "z", Status.Code.INVALID_ARGUMENT, "label: 'z' (expected: one of [a, b, c]");
        assertRefused(id, " ", Status.Code.INVALID_ARGUMENT, "label: empty");
        assertRefused(id, "z".repeat(257), Status.Code.INVALID_ARGUMENT, "label: 257 characters");
    }

    @Test
    void anUnknownIdIsNotFound() {
        assertRefused("nobody", "a", Status.Code.NOT_FOUND, "'nobody'");
    }

    private ReportLabelResponse report(String id, String label) {
        return gateway.client().reportLabel(request(id, label));
    }

    private void assertRefused(String id, String label, Status.Code code, String words) {
        StatusRuntimeException failure = catchThrowableOfType(
                StatusRuntimeException.class, () -> gateway.client().reportLabel(request(id, label)));
        assertThat(failure.getStatus().getCode()).isEqualTo(code);
        assertThat(failure.getStatus().getDescription()).contains(words);
    }

    private static ReportLabelRequest request(String id, String label) {
        return ReportLabelRequest.newBuilder()
                .setEscalationId(id)
                .setLabel(label)
                .build();
    }
}
