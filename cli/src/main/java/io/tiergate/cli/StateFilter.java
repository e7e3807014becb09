package io.tiergate.cli;

import io.tiergate.cli.ledger.Words;
import io.tiergate.proto.v1.EscalationState;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that chooses escalations by their state. */
final class StateFilter {
    @Option(
            names = "--state",
            paramLabel = "STATE",
            split = ",",
            converter = ByName.class,
            description = {
                "Only these, for instance pending,sent (default: all).",
                "States: pending, sent, parked, verdict, expired, evicted, rejected."
            })
    private List<EscalationState> chosen = List.of();

    Set<EscalationState> states() {
        return EnumSet.copyOf(chosen.isEmpty() ? Words.states() : chosen);
    }

    /** As {@link Words} reads them. */
    static final class ByName implements ITypeConverter<EscalationState> {
        @Override
        public EscalationState convert(String name) {
            try {
                return Words.parseState(name);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
