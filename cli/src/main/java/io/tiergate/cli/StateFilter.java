package io.tiergate.cli;

import io.tiergate.cli.ledger.Words;
import io.tiergate.proto.v1.EscalationState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** The option that chooses escalations by their state. */
final class StateFilter {
    /** Words, not states: a type of protobuf's here would be loaded for every command, whichever is called. */
    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            description = {
                "Only these, for instance pending,sent (default: all).",
                "States: pending, sent, parked, verdict, expired, evicted, rejected."
            })
    private List<String> chosen = List.of();

    /** @throws picocli.CommandLine.ParameterException on behalf of the command, if one is none */
    Set<EscalationState> states(VerboseCommand command) {
        Set<EscalationState> states = EnumSet.noneOf(EscalationState.class);
        try {
            chosen.forEach(word -> states.add(Words.parseState(word)));
        } catch (IllegalArgumentException e) {
            throw command.wrongUsage("--state: " + e.getMessage());
        }
        return states.isEmpty() ? EnumSet.copyOf(Words.states()) : states;
    }
}
