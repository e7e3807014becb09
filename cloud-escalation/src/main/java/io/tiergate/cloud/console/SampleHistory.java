package io.tiergate.cloud.console;

import com.google.protobuf.InvalidProtocolBufferException;
import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.EnsembleOpinion;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.MemberOpinion;
import io.tiergate.proto.v1.Verdict;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Everything that is known of one sample, in words, in the order in which it happened. */
@ApplicationScoped
class SampleHistory {
    private static final int MOST_EVENTS = 200;
    private static final String ROW =
            "SELECT envelope, opinion, verdict, trace_parent FROM escalation WHERE tenant = $1 AND escalation_id = $2";
    private static final String EVENTS = """
            SELECT at, who, what, label, revision FROM review_event
            WHERE tenant = $1 AND escalation_id = $2 ORDER BY id LIMIT
            """ + MOST_EVENTS;

    /** One line. */
    public record Entry(String name, String text) {}

    private final Pool pool;
    private final String tenant;

    @Inject
    SampleHistory(@ReactiveDataSource("review") Pool pool, ServiceIdentity identity) {
        this.pool = pool;
        this.tenant = identity.tenant();
    }

    Uni<List<Entry>> of(UUID id) {
        return pool.preparedQuery(ROW).execute(Tuple.of(tenant, id)).chain(rows -> pool.preparedQuery(EVENTS)
                .execute(Tuple.of(tenant, id))
                .map(events -> {
                    List<Entry> entries = new ArrayList<>();
                    rows.forEach(row -> addAnswer(entries, row));
                    events.forEach(event -> entries.add(entry(event)));
                    return entries;
                }));
    }

    private static void addAnswer(List<Entry> entries, Row row) {
        try {
            if (row.getBuffer("envelope") != null) {
                addQuestion(entries, EscalatedSample.parseFrom(bytes(row, "envelope")));
            }
            if (row.getBuffer("opinion") != null) {
                for (MemberOpinion member :
                        EnsembleOpinion.parseFrom(bytes(row, "opinion")).getMembersList()) {
                    entries.add(new Entry("Member " + member.getName(), percents(member.getProbabilitiesList())));
                }
            }
            entries.add(new Entry("Ensemble", words(Verdict.parseFrom(bytes(row, "verdict")))));
        } catch (InvalidProtocolBufferException e) {
            entries.add(new Entry("Row", "cannot be read; it was changed from outside: " + e.getMessage()));
        }
        Optional.ofNullable(row.getString("trace_parent")).ifPresent(trace -> entries.add(new Entry("Trace", trace)));
    }

    private static byte[] bytes(Row row, String column) {
        return row.getBuffer(column).getBytes();
    }

    private static void addQuestion(List<Entry> entries, EscalatedSample sample) {
        entries.add(new Entry("Edge", percents(sample.getPrediction().getProbabilitiesList())));
        entries.add(new Entry(
                "Gate",
                String.format(
                        Locale.ROOT,
                        "%s: %s %.4f, threshold %.4f",
                        sample.getReason(),
                        sample.getScoreName(),
                        sample.getScore(),
                        sample.getThreshold())));
        entries.add(new Entry("Ensemble asked", sample.getEnsemble()));
        if (!sample.getSubject().isEmpty()) {
            entries.add(new Entry("Subject", sample.getSubject()));
        }
    }

    private static String percents(List<Float> probabilities) {
        if (probabilities.isEmpty()) {
            return "no answer";
        }
        List<String> percents = new ArrayList<>();
        probabilities.forEach(probability -> percents.add(String.format(Locale.ROOT, "%.1f", 100 * probability)));
        return String.join(", ", percents) + " %";
    }

    private static String words(Verdict verdict) {
        return switch (verdict.getOutcomeCase()) {
            case FINAL ->
                verdict.getFinal().getLabel() + (verdict.getFinal().getDegraded() ? ", without all members" : "");
            case PARKED -> "put before people: " + verdict.getParked().getReason();
            case REJECTED -> "rejected: " + verdict.getRejected().getReason();
            case OUTCOME_NOT_SET -> "nothing";
        };
    }

    private static Entry entry(Row event) {
        String label = event.getString("label");
        return new Entry(
                FoundSample.words(event.getOffsetDateTime("at").toInstant()),
                event.getString("who") + ": "
                        + event.getString("what").toLowerCase(Locale.ROOT).replace('_', ' ')
                        + (label == null ? "" : " " + label));
    }
}
