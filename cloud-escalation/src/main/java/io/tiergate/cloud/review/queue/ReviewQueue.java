package io.tiergate.cloud.review.queue;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The samples that wait for a person, and what a person can do with one. Every call is one transaction; it fails with a
 * {@link ReviewProblem} if it cannot be done, and otherwise if the database is away.
 */
@ApplicationScoped
public class ReviewQueue {
    /** A page shows one sample and holds the next ones. */
    public static final int MOST_AT_ONCE = 5;

    private static final double LONGEST_SECONDS = 86_400;

    private static final String LEASE = """
            SELECT token, expires_at > now() AS valid,
                extract(epoch FROM clock_timestamp() - granted_at)::float8 AS seconds
            FROM review_lease WHERE tenant = $1 AND escalation_id = $2 AND reviewer = $3
            """;
    private static final String KEEP = """
            WITH released AS (
                DELETE FROM review_lease WHERE tenant = $1 AND escalation_id = $2 AND reviewer = $3
            )
            INSERT INTO review_label (tenant, escalation_id, reviewer, label, label_index, adjudicates, seconds)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;
    private static final String SKIP = """
            WITH released AS (
                DELETE FROM review_lease WHERE tenant = $1 AND escalation_id = $2 AND reviewer = $3
            )
            INSERT INTO review_skip (tenant, escalation_id, reviewer) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING
            """;
    private static final String LATEST = """
            SELECT escalation_id FROM review_label WHERE tenant = $1 AND reviewer = $2 ORDER BY labelled_at DESC LIMIT 1
            """;
    private static final String TAKE_BACK =
            "DELETE FROM review_label WHERE tenant = $1 AND escalation_id = $2 AND reviewer = $3";
    private static final String UNSKIP =
            "DELETE FROM review_skip WHERE tenant = $1 AND escalation_id = $2 AND reviewer = $3";

    private final ReviewDatabase database;
    private final Items items;
    private final Leases leases;
    private final Labels labels;
    private final Decisions decisions;
    private final DecisionPublisher publisher;
    private final String tenant;

    @Inject
    ReviewQueue(
            ReviewDatabase database,
            Items items,
            Leases leases,
            Labels labels,
            Decisions decisions,
            DecisionPublisher publisher,
            ServiceIdentity identity) {
        this.database = database;
        this.items = items;
        this.leases = leases;
        this.labels = labels;
        this.decisions = decisions;
        this.publisher = publisher;
        this.tenant = identity.tenant();
    }

    /**
     * Gives a person the samples that have waited longest, of those that this person has neither labelled nor skipped. What the person
     * holds already is given again, with the same token and a fresh lease, so that a page that was reloaded goes on where it was.
     *
     * @param wanted 1 to {@link #MOST_AT_ONCE}
     * @param except what the page has already
     * @return the oldest first; fewer where fewer wait
     */
    public Uni<List<LeasedSample>> next(Reviewer reviewer, int wanted, List<UUID> except) {
        return leases.next(reviewer, wanted, except);
    }

    /** Begins the lease anew, unless it has run out. */
    public Uni<Instant> extend(Reviewer reviewer, UUID id, UUID token) {
        return leases.extend(reviewer, id, token);
    }

    /**
     * Keeps a person's label. Where the lease has run out it is kept all the same, unless others have decided meanwhile.
     *
     * @param token of the lease
     * @param seconds how long the person looked at the sample; absent: as long as the lease has run
     */
    public Uni<LabelResult> label(Reviewer reviewer, UUID id, UUID token, String label, OptionalDouble seconds) {
        return database.transaction(connection -> items.lock(connection, id)
                        .invoke(item -> requireUndecided(item, reviewer, label))
                        .chain(item -> lease(connection, id, reviewer)
                                .chain(lease -> keep(connection, item, reviewer, token, label, seconds, lease))))
                .invoke(result -> {
                    if (result.state().equals("DECIDED")) {
                        publisher.decided();
                    }
                });
    }

    private record Lease(UUID token, boolean valid, double seconds) {}

    private static void requireUndecided(LockedItem item, Reviewer reviewer, String choice) {
        Optional<GivenLabel> own = item.labelOf(reviewer);
        if (own.isPresent()) {
            throw ReviewProblem.conflict(
                            "You have labelled it",
                            "You have labelled sample " + item.id() + " already, as '"
                                    + own.get().label() + "'. Undo that first.")
                    .with("choice", choice);
        }
        if (item.state() == LockedItem.State.DECIDED) {
            List<String> deciders =
                    item.labels().stream().map(GivenLabel::reviewer).toList();
            throw ReviewProblem.conflict(
                            "Somebody else has decided",
                            "The lease has expired, and sample " + item.id() + " was decided by "
                                    + deciders.stream().collect(Collectors.joining(", ")) + " meanwhile.")
                    .with("choice", choice)
                    .with("decidedBy", deciders);
        }
        if (item.state() == LockedItem.State.TIED && !reviewer.adjudicator()) {
            throw ReviewProblem.conflict(
                            "An adjudicator decides",
                            "The labels of sample " + item.id() + " are tied, so an operator decides.")
                    .with("choice", choice);
        }
    }

    private Uni<Optional<Lease>> lease(SqlConnection connection, UUID id, Reviewer reviewer) {
        return connection
                .preparedQuery(LEASE)
                .execute(Tuple.of(tenant, id, reviewer.name()))
                .map(rows -> {
                    if (!rows.iterator().hasNext()) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    return Optional.of(
                            new Lease(row.getUUID("token"), row.getBoolean("valid"), row.getDouble("seconds")));
                });
    }

    private Uni<LabelResult> keep(
            SqlConnection connection,
            LockedItem item,
            Reviewer reviewer,
            UUID token,
            String label,
            OptionalDouble seconds,
            Optional<Lease> found) {
        Lease lease = found.filter(held -> held.token().equals(token)).orElseThrow(() -> ReviewProblem.conflict(
                        "You do not hold it",
                        "Sample " + item.id() + " was not given to you under this token. Ask for the next sample.")
                .with("choice", label));
        GivenLabel given = new GivenLabel(
                reviewer.name(), label, labels.indexOf(item.envelope(), label), item.state() == LockedItem.State.TIED);
        double took = Math.clamp(seconds.orElse(lease.seconds()), 0, LONGEST_SECONDS);
        return connection
                .preparedQuery(KEEP)
                .execute(Tuple.tuple()
                        .addString(tenant)
                        .addUUID(item.id())
                        .addString(reviewer.name())
                        .addString(label)
                        .addInteger(given.labelIndex())
                        .addBoolean(given.adjudicates())
                        .addFloat((float) took))
                .chain(() -> items.note(connection, item.id(), reviewer.name(), "LABELLED", label, item.revision()))
                .chain(() -> decisions.change(connection, item, item.with(given), reviewer.name()))
                .map(standing -> new LabelResult(standing.state(), !lease.valid()));
    }

    /** Leaves a sample to others: this person is not given it again, unless the skip is undone. */
    public Uni<Void> skip(Reviewer reviewer, UUID id) {
        return database.transaction(connection -> items.lock(connection, id).chain(item -> connection
                .preparedQuery(SKIP)
                .execute(Tuple.of(tenant, id, reviewer.name()))
                .chain(() -> items.note(connection, id, reviewer.name(), "SKIPPED", null, item.revision()))));
    }

    /**
     * Takes this person's last label, or a skip, back. If the label's verdict is out already, the next one is a revision of it.
     *
     * @return the sample once more, unless others hold or have labelled it meanwhile
     */
    public Uni<Optional<LeasedSample>> undo(Reviewer reviewer, UUID id) {
        return database.transaction(connection -> items.lock(connection, id)
                .chain(item -> item.labelOf(reviewer)
                        .map(label -> takeBack(connection, item, label, reviewer))
                        .orElseGet(() -> unskip(connection, item, reviewer)))
                .chain(() -> leases.grant(connection, reviewer, List.of(id)))
                .map(given -> given.stream().findFirst()));
    }

    private Uni<Void> takeBack(SqlConnection connection, LockedItem item, GivenLabel label, Reviewer reviewer) {
        return connection
                .preparedQuery(LATEST)
                .execute(Tuple.of(tenant, reviewer.name()))
                .invoke(rows -> {
                    UUID latest = rows.iterator().next().getUUID("escalation_id");
                    if (!latest.equals(item.id())) {
                        throw ReviewProblem.conflict(
                                        "Not your last label",
                                        "Only your last label can be undone; that is the one on sample " + latest + ".")
                                .with("last", latest);
                    }
                })
                .chain(() -> connection.preparedQuery(TAKE_BACK).execute(Tuple.of(tenant, item.id(), reviewer.name())))
                .chain(() ->
                        items.note(connection, item.id(), reviewer.name(), "UNDONE", label.label(), item.revision()))
                .chain(() -> decisions.change(connection, item, item.without(label), reviewer.name()))
                .replaceWithVoid();
    }

    private Uni<Void> unskip(SqlConnection connection, LockedItem item, Reviewer reviewer) {
        return connection
                .preparedQuery(UNSKIP)
                .execute(Tuple.of(tenant, item.id(), reviewer.name()))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw ReviewProblem.conflict(
                                "Nothing to undo", "You have neither labelled nor skipped sample " + item.id() + ".");
                    }
                })
                .chain(() -> items.note(connection, item.id(), reviewer.name(), "UNSKIPPED", null, item.revision()));
    }
}
