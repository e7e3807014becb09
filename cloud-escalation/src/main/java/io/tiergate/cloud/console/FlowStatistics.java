package io.tiergate.cloud.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.console.Flow.Count;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;

/** Counts what flows: in the database what belongs to all replicas, in this service's meters the rest. */
@ApplicationScoped
class FlowStatistics {
    private static final String COUNT = """
            SELECT count(*) FILTER (WHERE outcome = 'FINAL') AS decided,
                   count(*) FILTER (WHERE outcome = 'PARKED') AS parked,
                   count(*) FILTER (WHERE outcome = 'REJECTED') AS rejected
            FROM escalation WHERE tenant = $1 AND answered_at > now() - interval '1 hour'
            """;

    private final Pool pool;
    private final MeterRegistry meters;
    private final String tenant;

    @Inject
    FlowStatistics(Pool pool, MeterRegistry meters, ServiceIdentity identity) {
        this.pool = pool;
        this.meters = meters;
        this.tenant = identity.tenant();
    }

    Uni<Flow> count() {
        return pool.preparedQuery(COUNT)
                .execute(Tuple.of(tenant))
                .map(rows -> flow(rows.iterator().next()));
    }

    private Flow flow(Row row) {
        return new Flow(
                row.getLong("decided"),
                row.getLong("parked"),
                row.getLong("rejected"),
                Math.round(meters.get("tiergate.review.pending").gauge().value()),
                deadLetters());
    }

    private List<Count> deadLetters() {
        return meters.find("tiergate.dead.letters").counters().stream()
                .map(FlowStatistics::byReason)
                .sorted(Comparator.comparingLong(Count::count).reversed().thenComparing(Count::name))
                .toList();
    }

    private static Count byReason(Counter counter) {
        return new Count(counter.getId().getTag("reason"), Math.round(counter.count()));
    }
}
