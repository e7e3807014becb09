package io.tiergate.edge.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.escalation.RelayState;
import io.tiergate.edge.inference.ModelCatalog;
import io.tiergate.proto.v1.Verdict;
import java.util.Locale;

/**
 * The ledger's sums, the relay's state and the models as metrics. The sums come from the ledger itself, so that they go on where
 * they were after a restart and add up at every instant: promised = the outbox's samples over all states.
 */
public final class EdgeMetrics {
    private final MeterRegistry registry;

    public EdgeMetrics(MeterRegistry registry, Ledger ledger, Relay relay, ModelCatalog catalog) {
        this.registry = registry;
        FunctionCounter.builder("tiergate.promised", ledger, l -> l.counts().escalated())
                .tag("why", "escalated")
                .register(registry);
        FunctionCounter.builder("tiergate.promised", ledger, l -> l.counts().audited())
                .tag("why", "audited")
                .register(registry);
        for (EscalationState state : EscalationState.values()) {
            Gauge.builder("tiergate.outbox.samples", ledger, l -> l.counts().in(state))
                    .tag("state", word(state))
                    .register(registry);
        }
        Gauge.builder("tiergate.outbox", ledger, l -> l.counts().outboxBytes())
                .baseUnit("bytes")
                .register(registry);
        for (RelayState state : RelayState.values()) {
            Gauge.builder("tiergate.relay.state", () -> relay.state() == state ? 1 : 0)
                    .tag("state", word(state))
                    .register(registry);
        }
        catalog.served().forEach(model -> Gauge.builder("tiergate.model.info", () -> 1)
                .tags("model", model.name(), "version", String.valueOf(model.version()), "digest", model.digest())
                .register(registry));
    }

    /** Counts a verdict that changed something in the ledger. */
    public void applied(Verdict verdict) {
        if (verdict.hasFinal()) {
            String source = verdict.getFinal()
                    .getSource()
                    .name()
                    .substring("VERDICT_SOURCE_".length())
                    .toLowerCase(Locale.ROOT);
            registry.counter("tiergate.verdicts", "source", source).increment();
        }
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
