package io.tiergate.edge.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.tiergate.proto.v1.GateStatus;
import io.tiergate.proto.v1.GetGateRequest;
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

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder);
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
        assertThat(parked.hasDisagreement())
                .as("of what the ensemble has labelled: nothing")
                .isFalse();

        gateway.decide(second, "b", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        GateStatus.RiskReport decided = gate("tiny-audited").getRisk();
        assertThat(decided.getUnresolved()).isZero();
        assertThat(decided.getEstimatedRisk().getValue()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aPersonsLabelTakesThePlaceOfTheEnsembles() {
        String id = audited();
        gateway.decide(id, "a");
        GateStatus.RiskReport agreed = gate("tiny-audited").getRisk();
        assertThat(agreed.getDisagreement().getValue()).isZero();
        assertThat(agreed.hasEstimatedRisk())
                .as("nobody has counted how many errors the ensemble sees")
                .isFalse();

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
            gateway.client()
                    .infer(RunningGateway.request("tiny-audited", Requests.sure())
                            .build());
        }
        assertThat(gate("tiny-audited").hasRisk()).isFalse();
    }

    @Test
    void whatHasNoGateIsToldApartFromWhatIsNotThere() {
        StatusRuntimeException unknown = catchThrowableOfType(StatusRuntimeException.class, () -> gate("nothing"));
        assertThat(unknown.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
    }

    private String audited() {
        return gateway.client()
                .infer(RunningGateway.request("tiny-audited", Requests.sure()).build())
                .getResults(0)
                .getEscalationId();
    }

    private GateStatus gate(String model) {
        return gateway.client()
                .getGate(GetGateRequest.newBuilder().setModelName(model).build());
    }
}
