package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.EscalatedSample;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Locks items, and writes down what is done to them. */
@ApplicationScoped
class Items {
    private static final String LOCK = """
            SELECT item.escalation_id, item.state, item.wanted, item.revision, coalesce(e.envelope, parked.sample) AS envelope
            FROM review_item AS item
                JOIN escalation AS e USING (tenant, escalation_id)
                LEFT JOIN parked_sample AS parked ON e.envelope IS NULL
                    AND parked.tenant = item.tenant AND parked.escalation_id = item.escalation_id
            WHERE item.tenant = $1 AND item.escalation_id = $2 FOR UPDATE OF item
            """;
    private static final String LABELS = """
            SELECT reviewer, label, label_index, adjudicates FROM review_label
            WHERE tenant = $1 AND escalation_id = $2 ORDER BY labelled_at
            """;
    private static final String NOTE = """
            INSERT INTO review_event (tenant, escalation_id, who, what, label, revision) VALUES ($1, $2, $3, $4, $5, $6)
            """;

    private final String tenant;

    @Inject
    Items(ServiceIdentity identity) {
        this.tenant = identity.tenant();
    }

    /** Fails with a {@link ReviewProblem} if there is no such item, or nothing left to see of it. */
    Uni<LockedItem> lock(SqlConnection connection, UUID id) {
        return connection
                .preparedQuery(LOCK)
                .execute(Tuple.of(tenant, id))
                .map(rows -> first(rows, id))
                .chain(row -> connection
                        .preparedQuery(LABELS)
                        .execute(Tuple.of(tenant, id))
                        .map(labels -> item(row, labels)));
    }

    private static Row first(RowSet<Row> rows, UUID id) {
        if (!rows.iterator().hasNext()) {
            throw ReviewProblem.notFound(id.toString());
        }
        Row row = rows.iterator().next();
        if (row.getString("state").equals(LockedItem.State.ERASED.name())) {
            throw ReviewProblem.erased(id.toString());
        }
        return row;
    }

    private static LockedItem item(Row row, RowSet<Row> rows) {
        List<GivenLabel> labels = new ArrayList<>();
        for (Row label : rows) {
            labels.add(new GivenLabel(
                    label.getString("reviewer"),
                    label.getString("label"),
                    label.getInteger("label_index"),
                    label.getBoolean("adjudicates")));
        }
        UUID id = row.getUUID("escalation_id");
        EscalatedSample envelope = Stored.message(row, "envelope", EscalatedSample.parser())
                .orElseThrow(() -> ReviewProblem.erased(id.toString()));
        return new LockedItem(
                id,
                LockedItem.State.valueOf(row.getString("state")),
                row.getInteger("wanted"),
                row.getInteger("revision"),
                envelope.toBuilder().clearPayload().build(),
                List.copyOf(labels));
    }

    /**
     * Adds a line to the audit trail.
     *
     * @param label null where none is at stake
     */
    Uni<Void> note(SqlConnection connection, UUID id, String who, String what, String label, int revision) {
        return connection
                .preparedQuery(NOTE)
                .execute(Tuple.tuple()
                        .addString(tenant)
                        .addUUID(id)
                        .addString(who)
                        .addString(what)
                        .addString(label)
                        .addInteger(revision))
                .replaceWithVoid();
    }
}
