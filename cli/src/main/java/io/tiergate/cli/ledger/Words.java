package io.tiergate.cli.ledger;

import io.tiergate.proto.v1.EscalationState;
import io.tiergate.proto.v1.Purpose;
import io.tiergate.proto.v1.VerdictSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What stored numbers are called: the API's names, without their prefix. */
public final class Words {
    private static final String STATE = "ESCALATION_STATE_";
    private static final String SOURCE = "VERDICT_SOURCE_";

    private Words() {}

    /** The states that there are, in their order. */
    public static List<EscalationState> states() {
        return Arrays.stream(EscalationState.values())
                .filter(state ->
                        state != EscalationState.UNRECOGNIZED && state != EscalationState.ESCALATION_STATE_UNSPECIFIED)
                .toList();
    }

    /** {@code PENDING}. */
    public static String of(EscalationState state) {
        return state.name().substring(STATE.length());
    }

    /** Whether the ledger knows such a state. */
    static boolean isState(int code) {
        return code != 0 && EscalationState.forNumber(code) != null;
    }

    /** {@code PENDING}; of a number that is no state, the number. */
    static String state(int code) {
        return isState(code) ? of(EscalationState.forNumber(code)) : Integer.toString(code);
    }

    /**
     * The state of that name, in whichever case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static EscalationState parseState(String name) {
        return states().stream()
                .filter(state -> of(state).equals(name.toUpperCase(Locale.ROOT)))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("'%s' (expected: %s)"
                        .formatted(
                                name,
                                String.join(
                                        ", ", states().stream().map(Words::of).toList()))));
    }

    /** Whether the sample may still be needed: its payload is kept. */
    static boolean isOpen(int code) {
        return code == EscalationState.ESCALATION_STATE_PENDING_VALUE
                || code == EscalationState.ESCALATION_STATE_SENT_VALUE
                || code == EscalationState.ESCALATION_STATE_PARKED_VALUE;
    }

    /** {@code escalated} or {@code audited}. */
    static String why(int purpose) {
        return purpose == Purpose.PURPOSE_AUDITED_VALUE ? "audited" : "escalated";
    }

    /** {@code ENSEMBLE}. */
    static String source(VerdictSource source) {
        return source == VerdictSource.UNRECOGNIZED
                ? "UNRECOGNIZED"
                : source.name().substring(SOURCE.length());
    }
}
