package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Gives samples to people, each to one at a time, or to as many as there are labels wanted. */
@ApplicationScoped
class Leases {
    private static final int MOST_TRIES = 5;

    /**
     * Whether a person may have an item: it waits, this person has neither labelled nor skipped it, its application has not said what
     * it is, and not all labels that it wants are there or held by others.
     */
    private static final String AVAILABLE = """
            item.tenant = $1 AND item.state IN ('OPEN', 'TIED') AND (item.state = 'OPEN' OR $3)
                AND NOT EXISTS (SELECT FROM review_label AS l WHERE l.tenant = item.tenant
                    AND l.escalation_id = item.escalation_id AND l.reviewer = $2)
                AND NOT EXISTS (SELECT FROM review_skip AS s WHERE s.tenant = item.tenant
                    AND s.escalation_id = item.escalation_id AND s.reviewer = $2)
                AND NOT EXISTS (SELECT FROM reported_label AS r WHERE r.tenant = item.tenant
                    AND r.escalation_id = item.escalation_id)
                AND (SELECT count(*) FROM review_lease AS h WHERE h.tenant = item.tenant
                        AND h.escalation_id = item.escalation_id AND h.reviewer <> $2 AND h.expires_at > now())
                    < CASE item.state WHEN 'TIED' THEN 1 ELSE item.wanted - (SELECT count(*) FROM review_label AS l
                        WHERE l.tenant = item.tenant AND l.escalation_id = item.escalation_id) END
            """;

    /** What somebody else is just taking is passed over. */
    private static final String CHOOSE = """
            SELECT item.escalation_id FROM review_item AS item
            WHERE %s AND NOT item.escalation_id = ANY($4)
            ORDER BY item.parked_at, item.escalation_id LIMIT $5 FOR UPDATE OF item SKIP LOCKED
            """.formatted(AVAILABLE);

    /**
     * Looks again, now that nobody else can change the items: a lease that was committed between the choice's look and its lock was
     * not seen by it. A lease that still runs keeps its token.
     */
    private static final String GRANT = """
            WITH leased AS (
                INSERT INTO review_lease AS mine (tenant, escalation_id, reviewer, token, expires_at)
                SELECT $1, item.escalation_id, $2, gen_random_uuid(), now() + $5 * interval '1 millisecond'
                FROM review_item AS item
                WHERE %s AND item.escalation_id = ANY($4)
                ON CONFLICT (tenant, escalation_id, reviewer) DO UPDATE SET
                    token = CASE WHEN mine.expires_at > now() THEN mine.token ELSE excluded.token END,
                    granted_at = CASE WHEN mine.expires_at > now() THEN mine.granted_at ELSE excluded.granted_at END,
                    expires_at = excluded.expires_at
                RETURNING escalation_id, token, expires_at
            )
            SELECT leased.*, item.parked_at, item.state, e.verdict, e.opinion, coalesce(e.envelope, parked.sample) AS envelope
            FROM leased
                JOIN review_item AS item ON item.tenant = $1 AND item.escalation_id = leased.escalation_id
                JOIN escalation AS e ON e.tenant = $1 AND e.escalation_id = leased.escalation_id
                LEFT JOIN parked_sample AS parked ON e.envelope IS NULL
                    AND parked.tenant = $1 AND parked.escalation_id = leased.escalation_id
            ORDER BY item.parked_at, item.escalation_id
            """.formatted(AVAILABLE);

    private static final String EXTEND = """
            UPDATE review_lease SET expires_at = now() + $5 * interval '1 millisecond'
            WHERE tenant = $1 AND escalation_id = $2 AND reviewer = $3 AND token = $4 AND expires_at > now()
            RETURNING expires_at
            """;

    private final ReviewDatabase database;
    private final Labels labels;
    private final String tenant;
    private final ReviewConfig config;

    @Inject
    Leases(ReviewDatabase database, Labels labels, ServiceIdentity identity, ReviewConfig config) {
        this.database = database;
        this.labels = labels;
        this.tenant = identity.tenant();
        this.config = config;
    }

    /** See {@link ReviewQueue#next}. */
    Uni<List<LeasedSample>> next(Reviewer reviewer, int wanted, List<UUID> except) {
        return next(reviewer, wanted, except, MOST_TRIES);
    }

    private Uni<List<LeasedSample>> next(Reviewer reviewer, int wanted, List<UUID> except, int tries) {
        return database.transaction(connection -> connection
                        .preparedQuery(CHOOSE)
                        .execute(Tuple.tuple()
                                .addString(tenant)
                                .addString(reviewer.name())
                                .addBoolean(reviewer.adjudicator())
                                .addArrayOfUUID(except.toArray(UUID[]::new))
                                .addInteger(wanted))
                        .map(chosen -> stream(chosen)
                                .map(row -> row.getUUID("escalation_id"))
                                .toList())
                        .chain(chosen -> grant(connection, reviewer, chosen).map(given -> new Round(chosen, given))))
                // All that was chosen had just gone to others: there may be more behind it.
                .chain(round -> round.given().isEmpty() && !round.chosen().isEmpty() && tries > 1
                        ? next(reviewer, wanted, except, tries - 1)
                        : Uni.createFrom().item(round.given()));
    }

    private record Round(List<UUID> chosen, List<LeasedSample> given) {}

    /**
     * Gives those of some samples that this person may have.
     *
     * @param connection with a transaction that has locked the samples' items
     */
    Uni<List<LeasedSample>> grant(SqlConnection connection, Reviewer reviewer, List<UUID> ids) {
        if (ids.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        return connection
                .preparedQuery(GRANT)
                .execute(Tuple.tuple()
                        .addString(tenant)
                        .addString(reviewer.name())
                        .addBoolean(reviewer.adjudicator())
                        .addArrayOfUUID(ids.toArray(UUID[]::new))
                        .addLong(config.lease().toMillis()))
                .map(rows -> stream(rows).map(this::leased).toList());
    }

    /** See {@link ReviewQueue#extend}. */
    Uni<Instant> extend(Reviewer reviewer, UUID id, UUID token) {
        return database.connection(connection -> connection
                        .preparedQuery(EXTEND)
                        .execute(Tuple.of(
                                tenant,
                                id,
                                reviewer.name(),
                                token,
                                config.lease().toMillis())))
                .map(rows -> stream(rows)
                        .findFirst()
                        .map(row -> row.getOffsetDateTime("expires_at").toInstant())
                        .orElseThrow(() -> ReviewProblem.conflict(
                                "The lease has expired",
                                "Sample " + id + " is not held under this token any more. Ask for the next sample.")));
    }

    private LeasedSample leased(Row row) {
        EscalatedSample envelope = Stored.message(row, "envelope", EscalatedSample.parser()).stream()
                .map(sample -> sample.toBuilder().clearPayload().build())
                .findFirst()
                .orElseGet(EscalatedSample::getDefaultInstance);
        return new LeasedSample(
                row.getUUID("escalation_id"),
                row.getUUID("token"),
                row.getOffsetDateTime("expires_at").toInstant(),
                row.getOffsetDateTime("parked_at").toInstant(),
                row.getString("state").equals("TIED"),
                envelope,
                Stored.message(row, "verdict", Verdict.parser()).orElseThrow(),
                Stored.message(row, "opinion", EnsembleOpinion.parser()),
                labels.of(envelope));
    }

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
