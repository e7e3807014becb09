package io.tiergate.edge.api;

import static io.tiergate.edge.api.Requests.doubtful;
import static io.tiergate.edge.api.Requests.sure;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EscalationMode;
import io.tiergate.proto.v1.InferOptions;
import io.tiergate.proto.v1.InferResponse;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.Tier;
import io.tiergate.proto.v1.VerdictSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnownVerdictsTest {
    private static final String MODEL = "tiny-edge";

    @TempDir
    Path folder;

    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new RunningGateway(folder, 100);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void theSameContentIsAnsweredByItsVerdictAndPromisedOnce() {
        String id = gateway.escalate(MODEL);
        assertThat(ask(doubtful()).getDecision()).as("before its verdict").isEqualTo(Decision.DECISION_ESCALATED);
        gateway.decide(id, "b");
        long promised = gateway.ledger.counts().promised();
        SampleResult result = ask(doubtful());
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_RESOLVED);
        assertThat(result.getLabel()).isEqualTo("b");
        assertThat(result.getLabelIndex()).isEqualTo(1);
        assertThat(result.getTier()).isEqualTo(Tier.TIER_CLOUD);
        assertThat(result.getProvisional()).isFalse();
        assertThat(result.getEscalationId()).isEqualTo(id);
        assertThat(result.getReason()).isEqualTo("below-threshold");
        assertThat(result.getEdge().getLabel()).isEqualTo("a");
        assertThat(gateway.ledger.counts().promised()).isEqualTo(promised);
        assertThat(gateway.metrics
                        .counter("tiergate.samples", "model", MODEL, "decision", "RESOLVED")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void aPersonAnswersBeforeTheEnsembleWhateverCameLast() {
        String byEnsemble = gateway.escalate(MODEL);
        String byPerson = gateway.escalate(MODEL);
        gateway.decide(byPerson, "c", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        gateway.decide(byEnsemble, "b");
        SampleResult result = ask(doubtful());
        assertThat(result.getLabel()).isEqualTo("c");
        assertThat(result.getTier()).isEqualTo(Tier.TIER_HUMAN);
        assertThat(result.getEscalationId()).isEqualTo(byPerson);
    }

    @Test
    void aVerdictThatIsRevisedAnswersAsItNowIs() {
        String id = gateway.escalate(MODEL);
        gateway.decide(id, "b");
        gateway.decide(id, "c", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        assertThat(ask(doubtful()).getLabel()).isEqualTo("c");
    }

    @Test
    void whatIsParkedOrRejectedAnswersNobody() {
        gateway.park(gateway.escalate(MODEL));
        gateway.reject(gateway.escalate(MODEL));
        assertThat(ask(doubtful()).getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
    }

    @Test
    void onlyASampleInDoubtThatMayLeaveIsLookedUp() {
        String id = gateway.escalate(MODEL);
        gateway.decide(id, "b");
        assertThat(ask(doubtful(), EscalationMode.ESCALATION_MODE_NEVER).getDecision())
                .isEqualTo(Decision.DECISION_LOCAL_ONLY);
        assertThat(ask(doubtful(), EscalationMode.ESCALATION_MODE_ALWAYS).getDecision())
                .isEqualTo(Decision.DECISION_ESCALATED);
        gateway.decide(ask(sure(), EscalationMode.ESCALATION_MODE_ALWAYS).getEscalationId(), "c");
        assertThat(ask(sure()).getDecision()).isEqualTo(Decision.DECISION_ACCEPTED);
    }

    @Test
    void rowsOfOneCallAreLookedUpOneByOne() {
        gateway.decide(gateway.escalate(MODEL), "b");
        InferResponse response = gateway.client()
                .infer(RunningGateway.request(MODEL, doubtful(), sure(), new float[] {0, 1, 0, 0})
                        .build());
        assertThat(response.getResultsList())
                .extracting(SampleResult::getDecision)
                .containsExactly(Decision.DECISION_RESOLVED, Decision.DECISION_ACCEPTED, Decision.DECISION_ESCALATED);
    }

    @Test
    void whatCannotBeStoredTakesNothingFromAKnownVerdict() {
        String id = gateway.escalate(MODEL);
        gateway.decide(id, "b");
        gateway.ledger.close();
        InferResponse response = gateway.client()
                .infer(RunningGateway.request(MODEL, doubtful(), new float[] {0, 1, 0, 0})
                        .build());
        assertThat(response.getResultsList())
                .extracting(SampleResult::getDecision)
                .containsExactly(Decision.DECISION_RESOLVED, Decision.DECISION_SHED);
        assertThat(response.getResults(0).getEscalationId()).isEqualTo(id);
    }

    @Test
    void verdictsAreKnownAgainAfterARestart() throws IOException {
        String id = gateway.escalate(MODEL);
        gateway.decide(id, "b");
        gateway.decide(id, "c", VerdictSource.VERDICT_SOURCE_HUMAN, 30);
        gateway.close();
        gateway = new RunningGateway(folder, 100);
        SampleResult result = ask(doubtful());
        assertThat(result.getDecision()).isEqualTo(Decision.DECISION_RESOLVED);
        assertThat(result.getLabel()).isEqualTo("c");
        assertThat(result.getEscalationId()).isEqualTo(id);
    }

    @Test
    void anotherPackageIsNotAnsweredByTheVerdictsOfTheFormer() {
        gateway.decide(gateway.escalate(MODEL), "b");
        gateway.verdicts.keep(Set.of());
        assertThat(ask(doubtful()).getDecision()).isEqualTo(Decision.DECISION_ESCALATED);
    }

    private SampleResult ask(float[] row) {
        return ask(row, EscalationMode.ESCALATION_MODE_AUTO);
    }

    private SampleResult ask(float[] row, EscalationMode mode) {
        return gateway.client()
                .infer(RunningGateway.request(MODEL, row)
                        .setOptions(InferOptions.newBuilder().setEscalation(mode))
                        .build())
                .getResults(0);
    }
}
