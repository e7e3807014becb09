package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** People's verdicts that are to be published, in the database. */
@ApplicationScoped
class DecisionOutbox {
    private static final int MOST_VERDICTS = 64;
    /** Of the samples that go along, which lie in memory several times. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    /**
     * A verdict on its way to Kafka.
     *
     * @param sample for the retraining queue, without its payload where that has expired; empty if it was erased
     * @param traceParent of the question
     */
    record Due(
            UUID id,
            int revision,
            Verdict verdict,
            int replyPartition,
            Optional<EscalatedSample> sample,
            Optional<String> traceParent) {}

    /**
     * From now on these verdicts count as published: an undo is followed by a revision. What this replica has claimed before and not
     * marked it could not publish, or nobody knows whether it did: it is published again.
     */
    private static final String CLAIM = """
            WITH due AS (
                SELECT escalation_id, revision, due_at FROM review_outbox
                WHERE tenant = $1 AND due_at <= now() AND (claimed_by IS NULL OR claimed_by = $2 OR claimed_until < now())
                ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
            ), sized AS (
                SELECT due.*, row_number() OVER earlier AS place, sum(octet_length(parked.sample)) OVER earlier AS bytes
                FROM due LEFT JOIN parked_sample AS parked ON parked.tenant = $1 AND parked.escalation_id = due.escalation_id
                WINDOW earlier AS (ORDER BY due_at, due.escalation_id, revision)
            ), claimed AS (
                UPDATE review_outbox AS o SET claimed_by = $2, claimed_until = now() + interval '1 minute'
                FROM sized
                WHERE o.tenant = $1 AND o.escalation_id = sized.escalation_id AND o.revision = sized.revision
                  AND (sized.place = 1 OR coalesce(sized.bytes, 0) <= $4)
                RETURNING o.escalation_id, o.revision, o.verdict, o.reply_partition
            )
            SELECT claimed.*, coalesce(parked.sample, e.envelope) AS sample, e.trace_parent
            FROM claimed
                LEFT JOIN escalation AS e ON e.tenant = $1 AND e.escalation_id = claimed.escalation_id
                LEFT JOIN parked_sample AS parked ON parked.tenant = $1 AND parked.escalation_id = claimed.escalation_id
            ORDER BY claimed.escalation_id, claimed.revision
            """;

    private static final String MARK = """
            WITH done AS (
                DELETE FROM review_outbox AS o USING unnest($2::uuid[], $3::int[]) AS t(escalation_id, revision)
                WHERE o.tenant = $1 AND o.escalation_id = t.escalation_id AND o.revision = t.revision
                RETURNING o.escalation_id, o.revision, o.verdict, o.label
            ), latest AS (
                SELECT DISTINCT ON (escalation_id) * FROM done ORDER BY escalation_id, revision DESC
            ), noted AS (
                INSERT INTO review_event (tenant, escalation_id, who, what, label, revision)
                SELECT $1, escalation_id, $4, 'PUBLISHED', label, revision FROM done
            )
            UPDATE escalation AS e SET human = latest.verdict, human_revision = latest.revision, label = left(latest.label, 150)
            FROM latest
            WHERE e.tenant = $1 AND e.escalation_id = latest.escalation_id
              AND (e.human_revision IS NULL OR e.human_revision < latest.revision)
            """;

    private final ReviewDatabase database;
    private final ServiceIdentity identity;

    @Inject
    DecisionOutbox(ReviewDatabase database, ServiceIdentity identity) {
        this.database = database;
        this.identity = identity;
    }

    /** Takes what is due, as much as memory should hold. */
    Uni<List<Due>> claim() {
        return database.transaction(connection -> connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(identity.tenant(), identity.instance(), MOST_VERDICTS, MOST_BYTES))
                .map(rows -> {
                    List<Due> due = new ArrayList<>();
                    rows.forEach(row -> due.add(due(row)));
                    return due;
                }));
    }

    /** Notes that these are published: whoever asks again is answered with them. */
    Uni<Void> published(List<Due> done) {
        return database.transaction(connection -> connection
                .preparedQuery(MARK)
                .execute(Tuple.tuple()
                        .addString(identity.tenant())
                        .addArrayOfUUID(done.stream().map(Due::id).toArray(UUID[]::new))
                        .addArrayOfInteger(done.stream().map(Due::revision).toArray(Integer[]::new))
                        .addString("cloud/" + identity.instance()))
                .replaceWithVoid());
    }

    private static Due due(Row row) {
        return new Due(
                row.getUUID("escalation_id"),
                row.getInteger("revision"),
                Stored.message(row, "verdict", Verdict.parser()).orElseThrow(),
                row.getInteger("reply_partition"),
                Stored.message(row, "sample", EscalatedSample.parser()),
                Optional.ofNullable(row.getString("trace_parent")));
    }
}
