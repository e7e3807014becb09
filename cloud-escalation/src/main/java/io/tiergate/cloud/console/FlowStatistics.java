package io.tiergate.cloud.console;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.console.Flow.Count;
import io.tiergate.cloud.console.Flow.Latency;
import io.tiergate.cloud.console.Flow.SiteFlow;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Counts what flows: in the database what belongs to all replicas, in this service's meters the rest. */
@ApplicationScoped
class FlowStatistics {
    /** How many samples are looked at, so that a count costs the same at every rate. */
    static final int MOST = 10_000;

    private static final int MOST_SITES = 50;
    private static final SiteFlow NOTHING = new SiteFlow("", 0, 0, 0, 0, 0, Optional.empty());

    /**
     * One statement for all of it: a row for everything, one a site, one a pair of labels. An escalation's id is a UUIDv7 (RFC 9562):
     * its first 48 bits are the milliseconds since 1970 at which the edge made it. Another id tells no time.
     */
    private static final String COUNT = """
            WITH latest AS (
                SELECT site, outcome, edge_label, label, human IS NOT NULL AS by_person,
                       CASE WHEN substr(escalation_id::text, 15, 1) = '7' THEN extract(epoch FROM answered_at) * 1000
                           - ('x' || left(replace(escalation_id::text, '-', ''), 12))::bit(48)::bigint END AS milliseconds
                FROM escalation
                WHERE tenant = $1 AND answered_at > now() - interval '1 hour'
                ORDER BY answered_at DESC, escalation_id DESC
                LIMIT $2
            )
            SELECT grouping(site) = 0 AS of_site, grouping(edge_label) = 0 AS of_labels, site, edge_label, label,
                   count(*) AS answered,
                   count(*) FILTER (WHERE outcome = 'FINAL') AS decided,
                   count(*) FILTER (WHERE outcome = 'PARKED') AS parked,
                   count(*) FILTER (WHERE outcome = 'REJECTED') AS rejected,
                   count(*) FILTER (WHERE outcome = 'PARKED' AND by_person) AS by_people,
                   count(*) FILTER (WHERE outcome = 'FINAL' AND NOT by_person) AS of_ensemble,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY milliseconds::float8) FILTER (WHERE outcome = 'FINAL') AS median,
                   percentile_cont(0.95) WITHIN GROUP (ORDER BY milliseconds::float8) FILTER (WHERE outcome = 'FINAL') AS p95
            FROM latest
            GROUP BY GROUPING SETS ((), (site), (edge_label, label))
            """;

    private final Pool pool;
    private final MeterRegistry meters;
    private final String tenant;

    @Inject
    FlowStatistics(@ReactiveDataSource("review") Pool pool, MeterRegistry meters, ServiceIdentity identity) {
        this.pool = pool;
        this.meters = meters;
        this.tenant = identity.tenant();
    }

    Uni<Flow> count() {
        return pool.preparedQuery(COUNT).execute(Tuple.of(tenant, MOST)).map(this::flow);
    }

    private Flow flow(RowSet<Row> rows) {
        SiteFlow all = NOTHING;
        List<SiteFlow> sites = new ArrayList<>();
        List<Confusion.Pair> pairs = new ArrayList<>();
        for (Row row : rows) {
            if (row.getBoolean("of_site")) {
                sites.add(site(row));
            } else if (row.getBoolean("of_labels")) {
                pair(row).ifPresent(pairs::add);
            } else {
                all = site(row);
            }
        }
        return new Flow(
                all,
                sites.stream()
                        .sorted(Comparator.comparingLong(SiteFlow::answered)
                                .reversed()
                                .thenComparing(SiteFlow::site))
                        .limit(MOST_SITES)
                        .toList(),
                Confusion.of(pairs),
                Math.round(meters.get("tiergate.review.pending").gauge().value()),
                deadLetters());
    }

    private static SiteFlow site(Row row) {
        String site = row.getString("site");
        return new SiteFlow(
                site == null ? "" : site,
                row.getLong("answered"),
                row.getLong("decided"),
                row.getLong("parked"),
                row.getLong("rejected"),
                row.getLong("by_people"),
                Optional.ofNullable(row.getDouble("median"))
                        .map(median -> new Latency(milliseconds(median), milliseconds(row.getDouble("p95")))));
    }

    private static Duration milliseconds(double milliseconds) {
        return Duration.ofMillis(Math.round(milliseconds));
    }

    /** Empty where the ensemble decided none of them, or a row is older than the columns. */
    private static Optional<Confusion.Pair> pair(Row row) {
        String edge = row.getString("edge_label");
        String label = row.getString("label");
        long count = row.getLong("of_ensemble");
        return edge == null || label == null || count == 0
                ? Optional.empty()
                : Optional.of(new Confusion.Pair(edge, label, count));
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
