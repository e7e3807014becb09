package io.tiergate.cli.demo;

import io.tiergate.proto.v1.EscalationState;
import java.util.Optional;

/** What a sample's way through both tiers shows, in the order in which people are shown it. */
enum SampleKind {
    ACCEPTED_RIGHTLY(7),
    ACCEPTED_WRONGLY(3),
    CORRECTED(5),
    CONFIRMED(3),
    DECIDED_WRONGLY(3),
    FOR_A_PERSON(3),
    /** Not accepted, and without any verdict; or with one from before. */
    OTHER(0);

    /** How many of these a mix should have. */
    private final int wanted;

    SampleKind(int wanted) {
        this.wanted = wanted;
    }

    int wanted() {
        return wanted;
    }

    static SampleKind of(Reply.Answered reply, Outcomes outcomes, Truth truth) {
        Answer answer = reply.answer();
        boolean edgeRight = truth.isRight(reply.index(), answer.edgeLabel());
        Optional<EscalationState> end = answer.promise().flatMap(outcomes::end).map(Outcomes.End::state);
        if (end.equals(Optional.of(EscalationState.ESCALATION_STATE_PARKED))) {
            return FOR_A_PERSON;
        }
        if (end.equals(Optional.of(EscalationState.ESCALATION_STATE_VERDICT))) {
            boolean verdictRight = truth.isRight(reply.index(), outcomes.finalLabel(answer));
            if (verdictRight) {
                return edgeRight ? CONFIRMED : CORRECTED;
            }
            return DECIDED_WRONGLY;
        }
        if (answer.decision() == Decision.ACCEPTED) {
            return edgeRight ? ACCEPTED_RIGHTLY : ACCEPTED_WRONGLY;
        }
        return OTHER;
    }
}
