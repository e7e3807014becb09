package io.tiergate.cloud.review;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.telemetry.CloudMetrics;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.jboss.logging.Logger;

/** Counts the samples that wait for a person, every few seconds. One that its application has labelled waits no more. */
@ApplicationScoped
public class ReviewQueueGauge {
    private static final Logger LOG = Logger.getLogger(ReviewQueueGauge.class);
    private static final String COUNT = """
            SELECT count(*) FROM review_item AS item
            WHERE tenant = $1 AND state IN ('OPEN', 'TIED') AND NOT EXISTS (
                SELECT FROM reported_label AS reported
                WHERE reported.tenant = item.tenant AND reported.escalation_id = item.escalation_id)
            """;

    private final Pool pool;
    private final ServiceIdentity identity;
    private final ReviewConfig config;
    private final CloudMetrics metrics;
    private Cancellable counting = () -> {};

    @Inject
    ReviewQueueGauge(Pool pool, ServiceIdentity identity, ReviewConfig config, CloudMetrics metrics) {
        this.pool = pool;
        this.identity = identity;
        this.config = config;
        this.metrics = metrics;
    }

    public void start() {
        counting = Multi.createFrom()
                .ticks()
                .every(config.countEvery())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> count())
                .subscribe()
                .with(metrics::reviewPending, failure -> LOG.error("Counting the review queue ended", failure));
    }

    public void stop() {
        counting.cancel();
    }

    /** Empty while the database is away: the gauge keeps its last value. */
    private Uni<Long> count() {
        return pool.preparedQuery(COUNT)
                .execute(Tuple.of(identity.tenant()))
                .map(rows -> rows.iterator().next().getLong(0))
                .ifNoItem()
                .after(config.countEvery())
                .fail()
                .onFailure()
                .recoverWithNull();
    }
}
