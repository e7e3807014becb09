package io.tiergate.edge.telemetry;

import io.tiergate.edge.EdgeLifecycle;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once a model is served and until draining starts; Kafka has no say. */
@Readiness
@ApplicationScoped
class ModelsReadyCheck implements HealthCheck {
    private final EdgeLifecycle edge;

    ModelsReadyCheck(EdgeLifecycle edge) {
        this.edge = edge;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("models")
                .status(edge.isServing())
                .withData("served", edge.servedModels())
                .build();
    }
}
