package io.tiergate.cli.demo;

import static io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_PARKED;
import static io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_SENT;
import static io.tiergate.proto.v1.EscalationState.ESCALATION_STATE_VERDICT;
import static org.assertj.core.api.Assertions.assertThat;

import io.tiergate.proto.v1.Escalation;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.FinalVerdict;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private final Outcomes outcomes = new Outcomes();

    @Test
    void aPromiseIsOpenUntilItsEndIsTold() {
        outcomes.promised("a");
        outcomes.delivered(escalation("a", ESCALATION_STATE_SENT, 0));
        assertThat(outcomes.open()).containsExactly("a");
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 1));
        assertThat(outcomes.open()).isEmpty();
        assertThat(outcomes.verdictLatenciesNanos()).hasSize(1);
    }

    @Test
    void anEndMayBeToldBeforeItsPromise() {
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 1));
        outcomes.promised("a");
        assertThat(outcomes.open()).isEmpty();
        assertThat(outcomes.verdictLatenciesNanos()).containsExactly(0);
    }

    @Test
    void anEscalationThatWasNotPromisedIsNotCounted() {
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 1));
        assertThat(outcomes.count(ESCALATION_STATE_VERDICT)).isZero();
    }

    @Test
    void onlyTheSameRevisionDeliveredAgainIsADuplicate() {
        outcomes.promised("a");
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 1));
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 2));
        outcomes.learned(escalation("a", ESCALATION_STATE_VERDICT, 2));
        assertThat(outcomes.duplicates()).isZero();
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 2));
        assertThat(outcomes.duplicates()).isEqualTo(1);
    }

    @Test
    void aPersonsVerdictTakesTheSampleOutOfTheReviewQueue() {
        outcomes.promised("a");
        outcomes.delivered(escalation("a", ESCALATION_STATE_PARKED, 0));
        assertThat(outcomes.count(ESCALATION_STATE_PARKED)).isEqualTo(1);
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 1));
        assertThat(outcomes.count(ESCALATION_STATE_PARKED)).isZero();
        assertThat(outcomes.count(ESCALATION_STATE_VERDICT)).isEqualTo(1);
    }

    @Test
    void onlyAVerdictReplacesTheAnswersLabel() {
        Answer answer = new Answer(Decision.ESCALATED, "Coat", "Coat", 0.5, Optional.of("a"), "small/1@sha256:11");
        assertThat(outcomes.finalLabel(answer)).isEqualTo("Coat");
        outcomes.delivered(escalation("a", ESCALATION_STATE_PARKED, 0));
        assertThat(outcomes.finalLabel(answer)).isEqualTo("Coat");
        outcomes.delivered(escalation("a", ESCALATION_STATE_VERDICT, 1));
        assertThat(outcomes.finalLabel(answer)).isEqualTo("Bag");
    }

    private static Escalation escalation(String id, EscalationState state, int revision) {
        return Escalation.newBuilder()
                .setEscalationId(id)
                .setState(state)
                .setVerdict(FinalVerdict.newBuilder().setLabel("Bag").setRevision(revision))
                .build();
    }
}
