package io.tiergate.cloud;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the database is migrated and an ensemble is loaded; Kafka's state has no say. */
@Readiness
@ApplicationScoped
class ServiceReadiness implements HealthCheck {
    private volatile boolean migrated;
    private volatile boolean loaded;

    void migrated() {
        migrated = true;
    }

    void loaded() {
        loaded = true;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("tiergate-cloud")
                .withData("database-migrated", migrated)
                .withData("ensembles-loaded", loaded)
                .status(migrated && loaded)
                .build();
    }
}
