package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EscalationMode;
import io.tiergate.proto.v1.GateStatus;
import io.tiergate.proto.v1.GetGateRequest;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.ReportLabelRequest;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.TieredInferenceGrpc.TieredInferenceBlockingStub;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GetGateTest {
    @TempDir
    Path folder;

    private RunningGateway gateway;
    private TieredInferenceBlockingStub client;

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
        client = gateway.client();
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void aThresholdThatAPersonHasChosenPromisesNothing() {
        GateStatus gate = gate("tiny-edge");

        assertThat(gate.getPolicy()).isEqualTo("fixed");
        assertThat(gate.getThreshold().getValue()).isEqualTo(0.5);
        assertThat(gate.getSummary()).contains("nothing is promised");
        assertThat(gate.hasGuarantee()).isFalse();
        assertThat(gate.hasRisk()).isFalse();
        assertThat(gate.hasEscalationRatio()).isFalse();
    }

    @Test
    void auditsAreOpenUntilSomebodyHasSaid() {
        String first = audited();
        String second = audited();
        GateStatus gate = gate("tiny-audited");
        assertThat(gate.getDecided()).isEqualTo(2);
        assertThat(gate.getEscalationRatio().getValue()).isZero();
        assertThat(gate.getRisk().getAudits()).isEqualTo(2);
        assertThat(gate.getRisk().getUnresolved()).isEqualTo(2);
        assertThat(gate.getRisk().hasEstimatedRisk()).as("nobody has said").isFalse();

        gateway.decide(first, "a", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        gateway.park(second, 0.5);
        GateStatus.RiskReport parked = gate("tiny-audited").getRisk();
        assertThat(parked.getUnresolved()).isEqualTo(1);
        assertThat(parked.getEstimatedRisk().getValue())
                .as("as wrong as the ensemble thinks")
                .isCloseTo(0.25, within(1e-12));
        assertThat(parked.hasDisagreement()).as("it has labelled nothing").isFalse();

        gateway.decide(second, "b", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        GateStatus.RiskReport decided = gate("tiny-audited").getRisk();
        assertThat(decided.getUnresolved()).isZero();
        assertThat(decided.getEstimatedRisk().getValue()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aPersonsLabelTakesThePlaceOfTheEnsembles() {
        String id = audited();
        gateway.decide(id, "a");
        GateStatus.RiskReport byEnsemble = gate("tiny-audited").getRisk();
        assertThat(byEnsemble.hasEstimatedRisk())
                .as("nobody has counted how many of the errors the ensemble sees")
                .isFalse();
        assertThat(byEnsemble.hasDisagreement()).isTrue();
        assertThat(byEnsemble.getDisagreement().getValue()).isZero();

        gateway.decide(id, "b", VerdictSource.VERDICT_SOURCE_HUMAN, 30);

        GateStatus.RiskReport risk = gate("tiny-audited").getRisk();
        assertThat(risk.getAudits()).isEqualTo(1);
        assertThat(risk.getEstimatedRisk().getValue()).isEqualTo(1);
        assertThat(risk.hasDisagreement())
                .as("the ensemble's label has no say any more")
                .isFalse();
    }

    @Test
    void anAuditThatCannotBeStoredIsNone() throws Exception {
        try (AutoCloseable held = gateway.holdUpLedger()) {
            client.infer(RunningGateway.request("tiny-audited", Requests.sure()).build());
        }
        assertThat(gate("tiny-audited").hasRisk()).isFalse();
    }

    /** The bound would count it as an error for ever. */
    @Test
    void anAuditThatCannotBeStoredIsNoneThoughItsCallWasCancelled() throws Exception {
        try (AutoCloseable held = gateway.holdUpLedger()) {
            Recorder<InferResponse> reply = new Recorder<>();
            Context.CancellableContext call = Context.current().withCancellation();
            call.run(() -> gateway.asyncClient()
                    .infer(
                            RunningGateway.request("tiny-audited", Requests.sure())
                                    .build(),
                            reply));
            RunningGateway.eventually()
                    .until(() -> gate("tiny-audited").getRisk().getAudits() == 1);
            call.cancel(null);
            RunningGateway.eventually().until(() -> reply.end().isDone());
            RunningGateway.eventually().until(() -> !gate("tiny-audited").hasRisk());
        }
    }

    @Test
    void aReportedLabelSettlesAnAuditAsAPersonsDoes() {
        String id = audited();

        client.reportLabel(ReportLabelRequest.newBuilder()
                .setEscalationId(id)
                .setLabel("b")
                .build());

        GateStatus.RiskReport risk = gate("tiny-audited").getRisk();
        assertThat(risk.getAudits()).isEqualTo(1);
        assertThat(risk.getUnresolved()).isZero();
        assertThat(risk.getEstimatedRisk().getValue()).isEqualTo(1);
        assertThat(risk.hasDisagreement()).isFalse();
    }

    @Test
    void aSampleThatMayNotLeaveIsDecidedButNeverAudited() {
        InferResponse response =
                client.infer(RunningGateway.request("tiny-audited", Requests.sure(), Requests.doubtful())
                        .setOptions(InferOptions.newBuilder().setEscalation(EscalationMode.ESCALATION_MODE_NEVER))
                        .build());

        assertThat(response.getResultsList())
                .extracting(SampleResult::getDecision)
                .containsExactly(Decision.DECISION_ACCEPTED, Decision.DECISION_LOCAL_ONLY);
        assertThat(response.getResultsList())
                .extracting(SampleResult::getEscalationId)
                .containsOnly("");
        GateStatus gate = gate("tiny-audited");
        assertThat(gate.getDecided()).isEqualTo(2);
        assertThat(gate.hasRisk()).isFalse();
    }

    @Test
    void whatHasNoGateIsToldApartFromWhatIsNotThere() {
        StatusRuntimeException unknown = catchThrowableOfType(StatusRuntimeException.class, () -> gate("nothing"));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    private String audited() {
        return client.infer(
                        RunningGateway.request("tiny-audited", Requests.sure()).build())
                .getResults(0)
                .getEscalationId();
    }

    private GateStatus gate(String model) {
        return client.getGate(GetGateRequest.newBuilder().setModelName(model).build());
    }
}
