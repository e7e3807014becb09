package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.adjudication.VerdictFactory;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.proto.v1.Verdict;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;

/** Takes an item from what its labels said before to what they say now, and the verdict with it. */
@ApplicationScoped
class Decisions {
    private static final String CHANGE = """
            UPDATE review_item SET state = $3, revision = $4, decided_at = CASE $3 WHEN 'DECIDED' THEN now() END
            WHERE tenant = $1 AND escalation_id = $2
            """;
    private static final String END_LEASES = "DELETE FROM review_lease WHERE tenant = $1 AND escalation_id = $2";
    private static final String ENQUEUE = """
            INSERT INTO review_outbox (tenant, escalation_id, revision, verdict, label, reply_partition, due_at)
            VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 millisecond')
            """;
    /** What a replica has taken for publication may have left already. */
    private static final String WITHDRAW = """
            DELETE FROM review_outbox WHERE tenant = $1 AND escalation_id = $2 AND revision = $3 AND claimed_by IS NULL
            """;

    private final Items items;
    private final VerdictFactory verdicts;
    private final String tenant;
    private final ReviewConfig config;

    @Inject
    Decisions(Items items, VerdictFactory verdicts, ServiceIdentity identity, ReviewConfig config) {
        this.items = items;
        this.verdicts = verdicts;
        this.tenant = identity.tenant();
        this.config = config;
    }

    /**
     * Changes the item's state, and enqueues or withdraws its verdict.
     *
     * @param who noted as whose doing it was
     */
    Uni<Standing> change(SqlConnection connection, LockedItem before, LockedItem after, String who) {
        boolean wasDecided = before.state() == LockedItem.State.DECIDED;
        Standing now = after.standing();
        if (wasDecided && now.equals(before.standing())) {
            return Uni.createFrom().item(now);
        }
        Uni<Integer> revision = wasDecided
                ? withdraw(connection, before, who)
                : Uni.createFrom().item(before.revision());
        return revision.chain(next -> connection
                        .preparedQuery(CHANGE)
                        .execute(Tuple.of(tenant, before.id(), now.state(), next))
                        .chain(() -> enter(connection, after, now, next, who)))
                .replaceWith(now);
    }

    private Uni<Void> enter(SqlConnection connection, LockedItem item, Standing now, int revision, String who) {
        return switch (now) {
            case Standing.Open open -> Uni.createFrom().voidItem();
            case Standing.Tied tied -> items.note(connection, item.id(), who, "TIED", null, revision);
            case Standing.Decided decided ->
                connection
                        .preparedQuery(END_LEASES)
                        .execute(Tuple.of(tenant, item.id()))
                        .chain(() -> enqueue(connection, item, decided, revision))
                        .chain(() -> items.note(connection, item.id(), who, "DECIDED", decided.label(), revision));
        };
    }

    private Uni<Void> enqueue(SqlConnection connection, LockedItem item, Standing.Decided decided, int revision) {
        Verdict verdict = verdicts.human(item.envelope(), decided.label(), decided.labelIndex(), revision);
        return connection
                .preparedQuery(ENQUEUE)
                .execute(Tuple.tuple()
                        .addString(tenant)
                        .addUUID(item.id())
                        .addInteger(revision)
                        .addBuffer(Buffer.buffer(verdict.toByteArray()))
                        .addString(decided.label())
                        .addInteger(item.envelope().getReplyPartition())
                        .addLong(config.undoWindow().toMillis()))
                .replaceWithVoid();
    }

    /** Returns the revision of the next verdict: another one if this one is out. */
    private Uni<Integer> withdraw(SqlConnection connection, LockedItem item, String who) {
        return connection
                .preparedQuery(WITHDRAW)
                .execute(Tuple.of(tenant, item.id(), item.revision()))
                .map(rows -> rows.rowCount() > 0 ? item.revision() : item.revision() + 1)
                .call(next -> items.note(
                        connection,
                        item.id(),
                        who,
                        next == item.revision() ? "WITHDRAWN" : "REOPENED",
                        null,
                        item.revision()));
    }
}
