package io.tiergate.edge.api;

import io.tiergate.edge.escalation.EscalationRow;
import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.proto.v1.WatchVerdictsRequest;
import io.tiergate.serving.inference.InvalidRequestException;
import java.util.EnumSet;
import java.util.Set;

/**
 * Which events a watcher wants; they hold together.
 *
 * @param model empty for all models
 * @param states empty for all states
 * @param purpose unspecified for both
 * @param source unspecified for all, and for what has no verdict
 */
record VerdictFilter(String model, Set<EscalationState> states, Purpose purpose, VerdictSource source) {
    private static final Set<EscalationState> STATES_OF_EVENTS =
            EnumSet.range(EscalationState.ESCALATION_STATE_PARKED, EscalationState.ESCALATION_STATE_REJECTED);

    VerdictFilter {
        states = Set.copyOf(states);
    }

    /**
     * @throws InvalidRequestException if the request asks for what never comes
     */
    static VerdictFilter of(WatchVerdictsRequest request) {
        for (int i = 0; i < request.getStatesCount(); i++) {
            if (!STATES_OF_EVENTS.contains(request.getStates(i))) {
                throw new InvalidRequestException(
                        "states: %d (expected: 3 parked, 4 verdict, 5 expired, 6 evicted or 7 rejected); the others are never events"
                                .formatted(request.getStatesValue(i)));
            }
        }
        if (request.getPurpose() == Purpose.UNRECOGNIZED) {
            throw new InvalidRequestException(
                    "purpose: %d (expected: 0 both, 1 escalated, 2 audited)".formatted(request.getPurposeValue()));
        }
        if (request.getSource() == VerdictSource.UNRECOGNIZED) {
            throw new InvalidRequestException("source: %d (expected: 0 all, 1 ensemble, 2 application, 3 human)"
                    .formatted(request.getSourceValue()));
        }
        return new VerdictFilter(
                request.getModelName(), Set.copyOf(request.getStatesList()), request.getPurpose(), request.getSource());
    }

    boolean passes(EscalationRow escalation) {
        return (model.isEmpty() || model.equals(escalation.model()))
                && (states.isEmpty() || states.contains(Escalations.state(escalation.state())))
                && (purpose == Purpose.PURPOSE_UNSPECIFIED || purpose == escalation.purpose())
                && (source == VerdictSource.VERDICT_SOURCE_UNSPECIFIED
                        || escalation
                                .verdict()
                                .filter(verdict -> verdict.details().getSource() == source)
                                .isPresent());
    }
}
