package io.tiergate.edge.gate;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateSnapshot;
import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.Signal;
import io.tiergate.serving.inference.ModelCatalog;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * How the gates of served models stand, as metrics. What nobody knows is NaN, as Prometheus has it; a threshold that accepts nothing is
 * +Inf.
 */
public final class GateMetrics {
    private static final long KEPT_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** All gauges of a model as of one instant. */
    private record Seen(GateSnapshot snapshot, long atNanos) {}

    private final MeterRegistry registry;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private volatile ModelCatalog<ServedModel> catalog;

    public GateMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Begins to show the gates of what is served, now and later. */
    public void show(ModelCatalog<ServedModel> served) {
        catalog = served;
        served.served().forEach(model -> register(model.name()));
        served.onChange(this::register);
    }

    /** Counts an alarm; safe on every thread. */
    public void alarmed(String model, Alarm alarm) {
        registry.counter(
                        "tiergate.gate.alarms",
                        "model",
                        model,
                        "signal",
                        alarm.signal().word())
                .increment();
    }

    private void register(String model) {
        if (catalog.find(model).flatMap(ServedModel::gate).isEmpty()) {
            return;
        }
        gauge("tiergate.gate.threshold", model, GateSnapshot::threshold);
        gauge("tiergate.gate.escalation.ratio", model, GateSnapshot::escalationRatio);
        gauge("tiergate.gate.accepted.risk", model, snapshot -> snapshot.estimate()
                .estimated());
        gauge("tiergate.gate.accepted.risk.lower", model, snapshot -> snapshot.estimate()
                .lower());
        gauge("tiergate.gate.accepted.risk.upper", model, snapshot -> snapshot.estimate()
                .upper());
        gauge("tiergate.gate.disagreement", model, snapshot -> snapshot.estimate()
                .disagreement());
        gauge("tiergate.gate.audits.open", model, snapshot -> snapshot.estimate()
                .open());
        gauge("tiergate.gate.braked", model, snapshot -> snapshot.braked() ? 1 : 0);
        gauge("tiergate.gate.budget.exhausted", model, snapshot -> snapshot.exhausted() ? 1 : 0);
        for (Signal signal : Signal.values()) {
            // There from the start, so that the first alarm is an increase.
            registry.counter("tiergate.gate.alarms", "model", model, "signal", signal.word());
        }
    }

    private void gauge(String name, String model, ToDoubleFunction<GateSnapshot> value) {
        // The same gauge again changes nothing.
        Gauge.builder(name, this, self -> self.value(model, value))
                .tag("model", model)
                .strongReference(true)
                .register(registry);
    }

    private double value(String model, ToDoubleFunction<GateSnapshot> value) {
        return catalog.find(model)
                .flatMap(ServedModel::gate)
                .map(gate -> value.applyAsDouble(snapshot(model, gate)))
                .orElse(Double.NaN);
    }

    private GateSnapshot snapshot(String model, Gate gate) {
        long now = System.nanoTime();
        return seen.compute(
                        model,
                        (name, last) -> last == null || now - last.atNanos() > KEPT_NANOS
                                ? new Seen(gate.snapshot(), now)
                                : last)
                .snapshot();
    }
}
