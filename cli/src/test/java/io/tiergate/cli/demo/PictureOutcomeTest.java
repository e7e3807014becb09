package io.tiergate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.Decision;
import io.tiergate.proto.v1.EdgePrediction;
import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FinalVerdict;
import io.tiergate.proto.v1.SampleResult;
import io.tiergate.proto.v1.VerdictSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PictureOutcomeTest {
    private static final Escalation VERDICT = Escalation.newBuilder()
            .setState(EscalationState.ESCALATION_STATE_VERDICT)
            .setVerdict(FinalVerdict.newBuilder().setLabel("dent").setSource(VerdictSource.VERDICT_SOURCE_ENSEMBLE))
            .build();

    @Test
    void anAcceptedPictureHasOneSentence() {
        PictureOutcome outcome = new PictureOutcome(edge(Decision.DECISION_ACCEPTED, 0.98), Optional.empty());

        assertThat(outcome.words())
                .containsExactly("The edge says crack: confidence 0.980, threshold 0.750, accepted.");
        assertThat(outcome.isSuccess()).isTrue();
    }

    @Test
    void anEscalatedOneHasItsVerdictWithTheSource() {
        PictureOutcome outcome = new PictureOutcome(edge(Decision.DECISION_ESCALATED, 0.5), Optional.of(VERDICT));

        assertThat(outcome.words())
                .containsExactly(
                        "The edge says crack: confidence 0.500, threshold 0.750, escalated.",
                        "The ensemble says dent.");
        assertThat(outcome.isSuccess()).isTrue();
    }

    @Test
    void anAuditIsToldFromAnEscalation() {
        assertThat(new PictureOutcome(edge(Decision.DECISION_ACCEPTED, 0.98), Optional.of(VERDICT)).words())
                .containsExactly(
                        "The edge says crack: confidence 0.980, threshold 0.750, accepted, and drawn to be checked by the cloud.",
                        "The ensemble says dent.");
    }

    @Test
    void aDegradedVerdictSaysSo() {
        Escalation degraded = VERDICT.toBuilder()
                .setVerdict(VERDICT.getVerdict().toBuilder().setDegraded(true))
                .build();

        assertThat(new PictureOutcome(edge(Decision.DECISION_ESCALATED, 0.5), Optional.of(degraded)).words())
                .last()
                .isEqualTo("The ensemble, with a member missing, says dent.");
    }

    @Test
    void aParkedOneWaitsForAPersonWithTheReason() {
        Escalation parked = Escalation.newBuilder()
                .setState(EscalationState.ESCALATION_STATE_PARKED)
                .setReason("entropy 1.095 above 0.500")
                .build();
        PictureOutcome outcome = new PictureOutcome(edge(Decision.DECISION_ESCALATED, 0.5), Optional.of(parked));

        assertThat(outcome.words())
                .last()
                .isEqualTo("The ensemble is unsure: entropy 1.095 above 0.500. It waits for a person.");
        assertThat(outcome.isSuccess()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(
            value = EscalationState.class,
            names = {"ESCALATION_STATE_VERDICT", "ESCALATION_STATE_PARKED"},
            mode = EnumSource.Mode.EXCLUDE)
    void anyOtherEndIsAFailure(EscalationState state) {
        PictureOutcome outcome = new PictureOutcome(
                edge(Decision.DECISION_ESCALATED, 0.5),
                // Not setState, which does not take the unknown state.
                Optional.of(Escalation.newBuilder()
                        .setStateValue(state == EscalationState.UNRECOGNIZED ? 99 : state.getNumber())
                        .setReason("no reason")
                        .build()));

        assertThat(outcome.isSuccess()).isFalse();
        assertThat(outcome.words()).hasSize(2);
    }

    @Test
    void anOutputThatCannotBeReadHasNoLabel() {
        SampleResult unreadable = edge(Decision.DECISION_LOCAL_ONLY, 0).toBuilder()
                .clearEdge()
                .clearLabel()
                .build();

        assertThat(new PictureOutcome(unreadable, Optional.empty()).words())
                .containsExactly(
                        "The edge says nothing that can be read: confidence 0.000, threshold 0.750, in doubt, but the model escalates to nobody.");
    }

    private static SampleResult edge(Decision decision, double confidence) {
        return SampleResult.newBuilder()
                .setDecision(decision)
                .setLabel("crack")
                .setEdge(EdgePrediction.newBuilder().setLabel("crack"))
                .setConfidence(confidence)
                .setThreshold(0.75)
                .build();
    }
}
