package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Counts what is done and what is left. */
@ApplicationScoped
public class Statistics {
    private static final String COUNTS = """
            SELECT count(*) FILTER (WHERE item.state IN ('OPEN', 'TIED') AND r.escalation_id IS NULL) AS remaining,
                count(*) FILTER (WHERE item.state = 'TIED' AND r.escalation_id IS NULL) AS tied,
                count(*) FILTER (WHERE item.decided_at IS NOT NULL) AS decided,
                (SELECT count(*) FROM review_label WHERE tenant = $1 AND reviewer = $2) AS yours,
                (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FROM (
                    SELECT seconds FROM review_label WHERE tenant = $1 AND reviewer = $2
                    ORDER BY labelled_at DESC LIMIT 500) AS latest) AS median
            FROM review_item AS item LEFT JOIN reported_label AS r USING (tenant, escalation_id)
            WHERE item.tenant = $1
            """;
    private static final String PAIRS = """
            SELECT a.reviewer AS one, b.reviewer AS other, a.label AS first, b.label AS second, count(*) AS samples
            FROM review_label AS a JOIN review_label AS b USING (tenant, escalation_id)
            WHERE tenant = $1 AND a.reviewer < b.reviewer
            GROUP BY 1, 2, 3, 4 ORDER BY 1, 2 LIMIT 10000
            """;

    private record People(String one, String other) {}

    private final ReviewDatabase database;
    private final String tenant;

    @Inject
    Statistics(ReviewDatabase database, ServiceIdentity identity) {
        this.database = database;
        this.tenant = identity.tenant();
    }

    public Uni<ReviewStats> of(Reviewer reviewer) {
        return database.connection(connection -> connection
                .preparedQuery(COUNTS)
                .execute(Tuple.of(tenant, reviewer.name()))
                .map(rows -> rows.iterator().next())
                .chain(counts -> connection
                        .preparedQuery(PAIRS)
                        .execute(Tuple.of(tenant))
                        .map(pairs -> stats(counts, agreements(pairs)))));
    }

    private static ReviewStats stats(Row counts, List<ReviewStats.Agreement> agreements) {
        Double median = counts.getDouble("median");
        return new ReviewStats(
                counts.getLong("remaining"),
                counts.getLong("tied"),
                counts.getLong("decided"),
                counts.getLong("yours"),
                median == null ? OptionalDouble.empty() : OptionalDouble.of(median),
                agreements);
    }

    private static List<ReviewStats.Agreement> agreements(RowSet<Row> rows) {
        Map<People, List<Kappa.Pair>> byPeople = new LinkedHashMap<>();
        for (Row row : rows) {
            byPeople.computeIfAbsent(
                            new People(row.getString("one"), row.getString("other")), people -> new ArrayList<>())
                    .add(new Kappa.Pair(row.getString("first"), row.getString("second"), row.getLong("samples")));
        }
        List<ReviewStats.Agreement> agreements = new ArrayList<>();
        byPeople.forEach((people, pairs) -> agreements.add(new ReviewStats.Agreement(
                people.one(),
                people.other(),
                pairs.stream().mapToLong(Kappa.Pair::samples).sum(),
                Kappa.of(pairs))));
        return agreements;
    }
}
