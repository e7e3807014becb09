package io.tiergate.cloud.console;

import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.review.SearchText;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Finds samples by what their rows are indexed by, on the people's own way to the database. */
@ApplicationScoped
class SampleSearch {
    static final int PAGE = 50;

    private static final String COLUMNS = """
            SELECT escalation_id, answered_at, site, device, model, model_version, edge_label, label, outcome,
                human IS NOT NULL AS by_person
            FROM escalation WHERE tenant = $1
            """;
    private static final String OLDER = " AND (answered_at, escalation_id) < ($2, $3)";
    private static final String ORDER = " ORDER BY answered_at DESC, escalation_id DESC LIMIT " + PAGE;

    /**
     * Where a page of the list begins: behind this sample.
     *
     * @param time to the microsecond, as PostgreSQL keeps it
     */
    record Place(Instant time, UUID id) {
        /** Before the newest: PostgreSQL's clock may be ahead of ours, but not by years. */
        static final Place FIRST = new Place(Instant.parse("9999-01-01T00:00:00Z"), new UUID(-1L, -1L));
    }

    private final Pool pool;
    private final String tenant;

    @Inject
    SampleSearch(@ReactiveDataSource("review") Pool pool, ServiceIdentity identity) {
        this.pool = pool;
        this.tenant = identity.tenant();
    }

    /** The newest first, {@link #PAGE} at most. Both texts must be met where they are given, each by an index of its own. */
    Uni<List<FoundSample>> find(Optional<String> site, Optional<String> label, Place after) {
        Tuple arguments = Tuple.of(tenant, after.time().atOffset(ZoneOffset.UTC), after.id());
        StringBuilder statement = new StringBuilder(COLUMNS).append(OLDER);
        site.ifPresent(text -> statement.append(" AND site = $").append(added(arguments, text)));
        label.ifPresent(text -> statement.append(" AND label = $").append(added(arguments, text)));
        return pool.preparedQuery(statement.append(ORDER).toString())
                .execute(arguments)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(FoundSample::of)
                        .toList());
    }

    private static int added(Tuple arguments, String text) {
        return arguments.addString(SearchText.indexable(text)).size();
    }

    /** Empty if there is no such sample. */
    Uni<Optional<FoundSample>> find(UUID id) {
        return pool.preparedQuery(COLUMNS + " AND escalation_id = $2")
                .execute(Tuple.of(tenant, id))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(FoundSample::of)
                        .findFirst());
    }
}
