package io.tiergate.cloud.export;

import com.google.protobuf.InvalidProtocolBufferException;
import io.agroal.api.AgroalDataSource;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.cloud.adjudication.Ensembles;
import io.tiergate.cloud.export.LabelRow.PersonsLabel;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.ReportedLabel;
import io.tiergate.proto.v1.Verdict;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The samples of the database, the oldest first, page after page: no connection and no transaction is held while a slow reader takes what
 * was found. Blocks.
 */
@ApplicationScoped
class LabelSource {
    private static final int PAGE = 200;
    /** Neither what was erased nor what is older than the envelope. What is answered after the start is left for the next export. */
    private static final String ROWS = """
            SELECT e.escalation_id, e.answered_at, e.envelope, e.opinion, e.verdict, e.human, r.report,
                   people.reviewers, people.labels, people.seconds, people.times
            FROM escalation AS e
            LEFT JOIN reported_label AS r ON r.tenant = e.tenant AND r.escalation_id = e.escalation_id
            CROSS JOIN LATERAL (
                SELECT array_agg(reviewer ORDER BY labelled_at, reviewer) AS reviewers,
                       array_agg(label ORDER BY labelled_at, reviewer) AS labels,
                       array_agg(seconds::float8 ORDER BY labelled_at, reviewer) AS seconds,
                       array_agg(labelled_at ORDER BY labelled_at, reviewer) AS times
                FROM review_label AS l
                WHERE l.tenant = e.tenant AND l.escalation_id = e.escalation_id) AS people
            WHERE e.tenant = ? AND (e.answered_at, e.escalation_id) > (?, ?) AND e.answered_at < ?
              AND e.envelope IS NOT NULL AND e.erased_at IS NULL AND e.outcome <> 'REJECTED'
            ORDER BY e.answered_at, e.escalation_id
            LIMIT ?
            """;

    private final AgroalDataSource database;
    private final Ensembles ensembles;
    private final String tenant;

    @Inject
    LabelSource(AgroalDataSource database, Ensembles ensembles, ServiceIdentity identity) {
        this.database = database;
        this.ensembles = ensembles;
        this.tenant = identity.tenant();
    }

    /** What takes the rows. */
    @FunctionalInterface
    interface Sink {
        void take(LabelRow row) throws IOException;
    }

    /**
     * Reads all samples.
     *
     * @throws IOException if the sink fails
     * @throws SQLException if the database is away
     */
    void read(Sink sink) throws IOException, SQLException {
        OffsetDateTime before = now();
        Optional<Place> place = Optional.of(Place.START);
        while (place.isPresent()) {
            List<LabelRow> rows = new ArrayList<>();
            place = page(place.get(), before, rows);
            for (LabelRow row : rows) {
                sink.take(row);
            }
        }
    }

    /** By the clock that stamps the rows. */
    private OffsetDateTime now() throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement("SELECT now()");
                ResultSet row = query.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class);
        }
    }

    private record Place(Timestamp answeredAt, UUID id) {
        static final Place START = new Place(new Timestamp(0), new UUID(0, 0));
    }

    /** @return where the next page begins; empty after the last one */
    private Optional<Place> page(Place after, OffsetDateTime before, List<LabelRow> into) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(ROWS)) {
            query.setString(1, tenant);
            query.setTimestamp(2, after.answeredAt());
            query.setObject(3, after.id());
            query.setObject(4, before);
            query.setInt(5, PAGE);
            try (ResultSet rows = query.executeQuery()) {
                Place last = null;
                while (rows.next()) {
                    last = new Place(rows.getTimestamp("answered_at"), rows.getObject("escalation_id", UUID.class));
                    into.add(row(rows));
                }
                return into.size() < PAGE ? Optional.empty() : Optional.of(last);
            }
        }
    }

    private LabelRow row(ResultSet row) throws SQLException {
        try {
            EscalatedSample envelope = EscalatedSample.parseFrom(row.getBytes("envelope"));
            byte[] opinion = row.getBytes("opinion");
            byte[] human = row.getBytes("human");
            byte[] report = row.getBytes("report");
            return new StoredSample(
                            envelope,
                            Verdict.parseFrom(row.getBytes("verdict")),
                            human == null ? Optional.empty() : Optional.of(Verdict.parseFrom(human)),
                            report == null ? Optional.empty() : Optional.of(ReportedLabel.parseFrom(report)),
                            opinion == null ? EnsembleOpinion.getDefaultInstance() : EnsembleOpinion.parseFrom(opinion),
                            people(row))
                    .row(ensembles
                            .find(envelope.getEnsemble())
                            .map(ensemble -> ensemble.manifest().labels())
                            .orElse(List.of()));
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException(
                    "escalation " + row.getString("escalation_id")
                            + ": what is stored cannot be read. It was changed from outside.",
                    e);
        }
    }

    private static List<PersonsLabel> people(ResultSet row) throws SQLException {
        if (row.getArray("reviewers") == null) {
            return List.of();
        }
        Object[] reviewers = (Object[]) row.getArray("reviewers").getArray();
        Object[] labels = (Object[]) row.getArray("labels").getArray();
        Object[] seconds = (Object[]) row.getArray("seconds").getArray();
        Object[] times = (Object[]) row.getArray("times").getArray();
        List<PersonsLabel> people = new ArrayList<>();
        for (int i = 0; i < reviewers.length; i++) {
            people.add(new PersonsLabel(
                    (String) reviewers[i],
                    (String) labels[i],
                    (Double) seconds[i],
                    ((Timestamp) times[i]).toInstant()));
        }
        return people;
    }
}
