package io.tiergate.edge.telemetry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.tiergate.edge.escalation.AppliedVerdict;
import io.tiergate.edge.escalation.AskingAgain;
import io.tiergate.edge.escalation.EscalationState;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.Relay;
import io.tiergate.edge.escalation.RelayState;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.edge.verdict.InboxCounter;
import io.tiergate.proto.v1.VerdictSource;
import io.tiergate.serving.inference.ModelCatalog;
import java.util.List;
import java.util.Locale;

/**
 * The ledger's sums, the relay's state and the models as metrics. The sums come from the ledger itself, so that they go on where
 * they were after a restart and add up at every instant: promised = the outbox's samples over all states.
 */
public final class EdgeMetrics implements InboxCounter {
    private final MeterRegistry registry;
    /** Held here because the registry refers to it weakly. */
    private final LedgerSnapshot snapshot;

    private final Counter overruns;

    public EdgeMetrics(MeterRegistry registry, Ledger ledger, Relay relay, ModelCatalog<ServedModel> catalog) {
        this.registry = registry;
        this.snapshot = new LedgerSnapshot(ledger);
        FunctionCounter.builder("tiergate.promised", snapshot, s -> s.counts().escalated())
                .tag("why", "escalated")
                .register(registry);
        FunctionCounter.builder("tiergate.promised", snapshot, s -> s.counts().audited())
                .tag("why", "audited")
                .register(registry);
        for (EscalationState state : EscalationState.values()) {
            Gauge.builder("tiergate.outbox.samples", () -> snapshot.counts().in(state))
                    .tag("state", word(state))
                    .register(registry);
        }
        Gauge.builder("tiergate.outbox", () -> snapshot.counts().outboxBytes())
                .baseUnit("bytes")
                .register(registry);
        FunctionCounter.builder(
                        "tiergate.outbox.evicted", snapshot, s -> s.counts().evictions())
                .tag("reason", "outbox-full")
                .register(registry);
        OldestWaiting oldest = new OldestWaiting(ledger::oldestWaiting, System::nanoTime);
        // The lambda holds on to what it asks.
        Gauge.builder("tiergate.outbox.oldest", () -> oldest.seconds())
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("tiergate.outbox.failing", () -> ledger.isFailing() ? 1 : 0)
                .register(registry);
        for (RelayState state : RelayState.values()) {
            Gauge.builder("tiergate.relay.state", () -> relay.state() == state ? 1 : 0)
                    .tag("state", word(state))
                    .register(registry);
        }
        overruns = registry.counter("tiergate.verdicts.overruns");
        MultiGauge models = MultiGauge.builder("tiergate.model.info").register(registry);
        models.register(rows(catalog));
        catalog.onChange(model -> models.register(rows(catalog), true));
    }

    private static List<MultiGauge.Row<?>> rows(ModelCatalog<ServedModel> catalog) {
        return catalog.served().stream()
                .<MultiGauge.Row<?>>map(model -> MultiGauge.Row.of(
                        Tags.of(
                                "model",
                                model.name(),
                                "version",
                                String.valueOf(model.version()),
                                "digest",
                                model.digest()),
                        1))
                .toList();
    }

    /** Counts a verdict that changed something in the ledger; {@code agrees} tells whether it confirms the edge's answer. */
    public void applied(AppliedVerdict applied) {
        if (applied.verdict().hasFinal()) {
            registry.counter(
                            "tiergate.verdicts",
                            "source",
                            source(applied.verdict().getFinal().getSource()),
                            "agrees",
                            String.valueOf(applied.agrees()))
                    .increment();
        }
    }

    /** Counts what the cloud is asked about again. */
    public void askedAgain(AskingAgain.Reason reason, int count) {
        registry.counter("tiergate.relay.asked.again", "reason", hyphenated(reason))
                .increment(count);
    }

    @Override
    public void ignored(Ignored reason, int count) {
        registry.counter("tiergate.verdicts.ignored", "reason", hyphenated(reason))
                .increment(count);
    }

    @Override
    public void overrun() {
        overruns.increment();
    }

    private static String source(VerdictSource source) {
        return switch (source) {
            case VERDICT_SOURCE_ENSEMBLE -> "ensemble";
            case VERDICT_SOURCE_APPLICATION -> "application";
            case VERDICT_SOURCE_HUMAN -> "human";
            case VERDICT_SOURCE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String hyphenated(Enum<?> value) {
        return word(value).replace('_', '-');
    }
}
