package io.tiergate.cloud;

import io.tiergate.sim.Names;
import io.tiergate.sim.Settings;
import java.util.Map;

/** What every simulated replica is told. */
public final class SimulatedService {
    private static final ServiceConfig CONFIG = Settings.of(
            ServiceConfig.class,
            Map.of(
                    "tiergate.models", "none",
                    "tiergate.data-dir", "none",
                    "tiergate.kafka", "none",
                    "tiergate.database-url", "none",
                    "tiergate.tenant", Names.TENANT,
                    "tiergate.instance", "none"));

    private SimulatedService() {}

    public static ServiceIdentity identity() {
        return new ServiceIdentity(CONFIG);
    }

    public static ServiceConfig config() {
        return CONFIG;
    }
}
