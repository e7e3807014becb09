package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.review.ReviewConfig;
import io.tiergate.cloud.review.SearchText;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Forgets samples: payload, envelope, opinions and subject go; the answer and the audit trail stay. A person's verdict that is still on its
 * way reaches its edge all the same, but no retraining record goes with it.
 */
@ApplicationScoped
public class Erasure {
    private static final Logger LOG = Logger.getLogger(Erasure.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(10);
    /** In one transaction, so that none holds many rows for long. */
    private static final int AT_ONCE = 500;

    /** In the order of the ids, as the intake writes its rows: neither can block the other for good. A part begins where the last ended. */
    private static final String ERASE = """
            WITH target AS (
                SELECT escalation_id FROM escalation
                WHERE tenant = $1 AND escalation_id > $5 AND erased_at IS NULL AND %s
                ORDER BY escalation_id LIMIT $3 FOR UPDATE
            ), unparked AS (
                DELETE FROM parked_sample AS p USING target WHERE p.tenant = $1 AND p.escalation_id = target.escalation_id
            ), closed AS (
                UPDATE review_item AS i SET state = 'ERASED' FROM target
                WHERE i.tenant = $1 AND i.escalation_id = target.escalation_id
            ), noted AS (
                INSERT INTO review_event (tenant, escalation_id, who, what)
                SELECT $1, escalation_id, $4, 'ERASED' FROM target
            )
            UPDATE escalation AS e SET envelope = NULL, opinion = NULL, subject = NULL, erased_at = now() FROM target
            WHERE e.tenant = $1 AND e.escalation_id = target.escalation_id
            RETURNING e.escalation_id
            """;

    private static final String RETAIN = """
            WITH target AS (
                SELECT escalation_id FROM review_item AS i
                WHERE tenant = $1 AND escalation_id > $5 AND decided_at < now() - $2 * interval '1 millisecond'
                  AND EXISTS (SELECT FROM parked_sample AS p WHERE p.tenant = i.tenant AND p.escalation_id = i.escalation_id)
                  AND NOT EXISTS (SELECT FROM review_outbox AS o WHERE o.tenant = i.tenant AND o.escalation_id = i.escalation_id)
                ORDER BY escalation_id LIMIT $3
            ), noted AS (
                INSERT INTO review_event (tenant, escalation_id, who, what)
                SELECT $1, escalation_id, $4, 'PAYLOAD_EXPIRED' FROM target
            )
            DELETE FROM parked_sample AS p USING target WHERE p.tenant = $1 AND p.escalation_id = target.escalation_id
            RETURNING p.escalation_id
            """;

    /** Which samples are to be forgotten. */
    public sealed interface Selection {
        /** One sample. */
        record Sample(UUID id) implements Selection {}

        /** All that a device sent. */
        record Device(String device) implements Selection {}

        /** All that were sent about a subject. */
        record Subject(String subject) implements Selection {}

        /** All that were answered before a time. */
        record Before(Instant time) implements Selection {}
    }

    private final ReviewDatabase database;
    private final ServiceIdentity identity;
    private final ReviewConfig config;
    private volatile Cancellable expiring = () -> {};

    @Inject
    Erasure(ReviewDatabase database, ServiceIdentity identity, ReviewConfig config) {
        this.database = database;
        this.identity = identity;
        this.config = config;
    }

    /**
     * Forgets, a few hundred samples a transaction; if it fails some may be left, and it is safe to do it again. Rows that are older than
     * release 0.2 are found by id and time only.
     *
     * @return how many were forgotten that had not been before
     */
    public Uni<Integer> erase(Reviewer who, Selection selection) {
        return switch (selection) {
            case Selection.Sample sample -> inParts(ERASE.formatted("escalation_id = $2"), sample.id(), who.name());
            case Selection.Device device ->
                inParts(ERASE.formatted("device = $2"), SearchText.storable(device.device()), who.name());
            case Selection.Subject subject ->
                inParts(ERASE.formatted("subject = $2"), SearchText.storable(subject.subject()), who.name());
            case Selection.Before before ->
                inParts(ERASE.formatted("answered_at < $2"), before.time().atOffset(ZoneOffset.UTC), who.name());
        };
    }

    /** Begins to forget the payloads of samples that were decided long ago. */
    public void start() {
        expiring = Multi.createFrom()
                .ticks()
                .every(BETWEEN_LOOKS)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> expirePayloads())
                .subscribe()
                .with(
                        payloads -> LOG.debugf("Payloads of decided samples expired: samples=%d", payloads),
                        failure -> LOG.error("Forgetting payloads of decided samples ended", failure));
    }

    public void stop() {
        expiring.cancel();
    }

    /** None while the database is away: the next look finds them. */
    Uni<Integer> expirePayloads() {
        return inParts(RETAIN, config.retention().toMillis(), "cloud/" + identity.instance())
                .onFailure()
                .recoverWithItem(0);
    }

    private Uni<Integer> inParts(String statement, Object by, String who) {
        return inParts(statement, by, who, new Progress(0, new UUID(0, 0)));
    }

    /**
     * @param last the highest id so far, in PostgreSQL's order
     */
    private record Progress(int done, UUID last) {
        Progress and(RowSet<Row> rows) {
            // PostgreSQL compares ids as their hexadecimal digits do, Java as signed numbers.
            UUID highest = last;
            for (Row row : rows) {
                UUID id = row.getUUID("escalation_id");
                highest = id.toString().compareTo(highest.toString()) > 0 ? id : highest;
            }
            return new Progress(done + rows.rowCount(), highest);
        }
    }

    private Uni<Integer> inParts(String statement, Object by, String who, Progress before) {
        return database.longTransaction(connection -> connection
                        .preparedQuery(statement)
                        .execute(Tuple.of(identity.tenant(), by, AT_ONCE, who, before.last()))
                        .map(before::and))
                .chain(now -> now.done() - before.done() < AT_ONCE
                        ? Uni.createFrom().item(now.done())
                        : inParts(statement, by, who, now));
    }
}
