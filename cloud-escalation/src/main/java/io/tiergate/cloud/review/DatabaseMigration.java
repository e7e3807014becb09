package io.tiergate.cloud.review;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.flywaydb.core.Flyway;

/** Brings the database's tables up to this release. */
@ApplicationScoped
public class DatabaseMigration {
    private final Flyway flyway;
    private final Outage outage = new Outage("The database");

    @Inject
    DatabaseMigration(Flyway flyway) {
        this.flyway = flyway;
    }

    /** Migrates on a worker thread; waits for the database as long as it takes. */
    public Uni<Void> migrate() {
        return Patience.until(
                        () -> Uni.createFrom()
                                .item(flyway::migrate)
                                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool()),
                        outage)
                .replaceWithVoid();
    }
}
