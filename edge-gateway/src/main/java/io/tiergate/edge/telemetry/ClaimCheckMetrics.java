package io.tiergate.edge.telemetry;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tiergate.edge.escalation.ClaimChecks;
import io.tiergate.edge.escalation.RelayState;
import java.util.Locale;

/** The way of large samples to the object store, as metrics. There are none without a store. */
public final class ClaimCheckMetrics {
    private ClaimCheckMetrics() {}

    public static void show(MeterRegistry registry, ClaimChecks checks) {
        for (RelayState state : RelayState.values()) {
            Gauge.builder("tiergate.claim.check.state", () -> checks.state() == state ? 1 : 0)
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        Gauge.builder("tiergate.claim.check.waiting", checks::waiting).register(registry);
        FunctionCounter.builder("tiergate.claim.check.samples", checks, ClaimChecks::samples)
                .register(registry);
        FunctionCounter.builder("tiergate.claim.check", checks, ClaimChecks::bytes)
                .baseUnit("bytes")
                .register(registry);
    }
}
