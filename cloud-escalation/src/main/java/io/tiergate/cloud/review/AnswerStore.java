package io.tiergate.cloud.review;

import com.google.protobuf.InvalidProtocolBufferException;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.EscalatedSample;
import io.tiergate.proto.v1.Verdict;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The rows of the escalations. */
@ApplicationScoped
public class AnswerStore {
    /**
     * A row keeps the first answer for ever; a later attempt moves only {@code attempt} and {@code latest}. Only a rejection gives way
     * to what a replayed dead letter brings, as if that record had been the first. Every row is returned as it stands after the
     * statement, and that tells all: a record whose origin stands in it is due, another is a duplicate. A sample is parked along with
     * the row it made, and waits for a person from then on.
     */
    private static final String RECORD = """
            WITH incoming AS (
                SELECT * FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::bigint[], $7::bytea[], $8::bytea[],
                                     $9::boolean[], $10::bytea[], $11::bytea[], $12::text[], $13::text[], $14::text[],
                                     $15::bigint[], $16::text[], $17::text[], $18::smallint[], $19::text[], $20::text[])
                    AS t(escalation_id, outcome, attempt, origin_partition, origin_offset, verdict, sample, replayed,
                         envelope, opinion, site, device, model, model_version, edge_label, label, purpose, subject,
                         trace_parent)
            ), answered AS (
                INSERT INTO escalation AS e (tenant, escalation_id, outcome, attempt, first_partition, first_offset,
                                             latest_partition, latest_offset, verdict, replayed, envelope, opinion, site,
                                             device, model, model_version, edge_label, label, purpose, subject, trace_parent)
                SELECT $1, escalation_id, outcome, attempt, origin_partition, origin_offset, origin_partition, origin_offset,
                       verdict, replayed, envelope, opinion, site, device, model, model_version, edge_label, label, purpose,
                       subject, trace_parent
                FROM incoming
                ON CONFLICT (tenant, escalation_id) DO UPDATE SET
                    (outcome, verdict, first_partition, first_offset, envelope, opinion, site, device, model, model_version,
                     edge_label, label, purpose, subject, trace_parent, replayed) = (
                        SELECT excluded.outcome, excluded.verdict, excluded.first_partition, excluded.first_offset,
                            excluded.envelope, excluded.opinion, excluded.site, excluded.device, excluded.model,
                            excluded.model_version, excluded.edge_label, excluded.label, excluded.purpose, excluded.subject,
                            excluded.trace_parent, true
                        WHERE e.outcome = 'REJECTED' AND excluded.replayed
                        UNION ALL
                        SELECT e.outcome, e.verdict, e.first_partition, e.first_offset, e.envelope, e.opinion, e.site,
                            e.device, e.model, e.model_version, e.edge_label, e.label, e.purpose, e.subject, e.trace_parent,
                            e.replayed
                        WHERE NOT (e.outcome = 'REJECTED' AND excluded.replayed)),
                    latest_partition = CASE WHEN excluded.attempt > e.attempt OR (e.outcome = 'REJECTED' AND excluded.replayed)
                        THEN excluded.latest_partition ELSE e.latest_partition END,
                    latest_offset = CASE WHEN excluded.attempt > e.attempt OR (e.outcome = 'REJECTED' AND excluded.replayed)
                        THEN excluded.latest_offset ELSE e.latest_offset END,
                    attempt = greatest(e.attempt, excluded.attempt)
                RETURNING e.escalation_id, e.outcome, e.first_partition, e.first_offset, e.latest_partition,
                          e.latest_offset, e.verdict, e.human, e.erased_at
            ), made AS (
                SELECT escalation_id, incoming.sample
                FROM incoming JOIN answered USING (escalation_id)
                WHERE incoming.sample IS NOT NULL AND answered.outcome = 'PARKED' AND answered.erased_at IS NULL
                  AND answered.first_partition = incoming.origin_partition
                  AND answered.first_offset = incoming.origin_offset
            ), parked AS (
                INSERT INTO parked_sample (tenant, escalation_id, sample)
                SELECT $1, escalation_id, sample FROM made
                ON CONFLICT DO NOTHING
            ), waiting AS (
                INSERT INTO review_item (tenant, escalation_id, wanted)
                SELECT $1, escalation_id, $21 FROM made
                ON CONFLICT DO NOTHING
            )
            SELECT escalation_id, first_partition, first_offset, latest_partition, latest_offset, verdict, human FROM answered
            """;

    private final String tenant;
    private final ReviewConfig config;
    private final RowWriter<NewAnswer, StoredAnswer> rows;

    @Inject
    AnswerStore(Pool pool, ServiceIdentity identity, ReviewConfig config) {
        this.tenant = identity.tenant();
        this.config = config;
        this.rows = new RowWriter<>(pool, RECORD, this::arguments, AnswerStore::stored);
    }

    /**
     * Stores answers, or finds those that were stored before; waits for the database as long as it takes. It is one statement,
     * unless the database refuses what an answer holds: then those answers are told apart from the others, which are stored.
     *
     * @param answers at most one an id
     * @return one row or refusal an id
     */
    public Uni<Recording<StoredAnswer>> record(List<NewAnswer> answers) {
        return rows.write(answers);
    }

    private Tuple arguments(List<NewAnswer> answers) {
        return Tuple.tuple()
                .addString(tenant)
                .addArrayOfUUID(RowWriter.column(answers, NewAnswer::id, UUID[]::new))
                .addArrayOfString(RowWriter.column(
                        answers, answer -> Outcome.of(answer.verdict()).name(), String[]::new))
                .addArrayOfInteger(RowWriter.column(answers, NewAnswer::attempt, Integer[]::new))
                .addArrayOfInteger(
                        RowWriter.column(answers, answer -> answer.origin().partition(), Integer[]::new))
                .addArrayOfLong(
                        RowWriter.column(answers, answer -> answer.origin().offset(), Long[]::new))
                .addValue(RowWriter.column(
                        answers, answer -> Buffer.buffer(answer.verdict().toByteArray()), Buffer[]::new))
                .addValue(RowWriter.column(
                        answers,
                        answer -> answer.parkedSample().map(Buffer::buffer).orElse(null),
                        Buffer[]::new))
                .addArrayOfBoolean(RowWriter.column(answers, NewAnswer::replayed, Boolean[]::new))
                .addValue(RowWriter.column(
                        answers, answer -> Buffer.buffer(envelope(answer).toByteArray()), Buffer[]::new))
                .addValue(RowWriter.column(
                        answers,
                        answer -> answer.particulars()
                                .opinion()
                                .map(opinion -> Buffer.buffer(opinion.toByteArray()))
                                .orElse(null),
                        Buffer[]::new))
                .addArrayOfString(indexable(answers, answer -> envelope(answer).getSite()))
                .addArrayOfString(storable(answers, answer -> envelope(answer).getDevice()))
                .addArrayOfString(
                        indexable(answers, answer -> envelope(answer).getModel().getName()))
                .addArrayOfLong(RowWriter.column(
                        answers, answer -> envelope(answer).getModel().getVersion(), Long[]::new))
                .addArrayOfString(indexable(
                        answers, answer -> envelope(answer).getPrediction().getLabel()))
                .addArrayOfString(
                        indexable(answers, answer -> answer.verdict().getFinal().getLabel()))
                .addArrayOfShort(RowWriter.column(
                        answers, answer -> (short) envelope(answer).getPurposeValue(), Short[]::new))
                .addArrayOfString(storable(answers, answer -> envelope(answer).getSubject()))
                .addArrayOfString(storable(
                        answers, answer -> answer.particulars().traceParent().orElse("")))
                .addShort((short) config.opinions());
    }

    private static EscalatedSample envelope(NewAnswer answer) {
        return answer.particulars().envelope();
    }

    private static String[] indexable(List<NewAnswer> answers, Function<NewAnswer, String> text) {
        return present(answers, text.andThen(SearchText::indexable));
    }

    private static String[] storable(List<NewAnswer> answers, Function<NewAnswer, String> text) {
        return present(answers, text.andThen(SearchText::storable));
    }

    private static String[] present(List<NewAnswer> answers, Function<NewAnswer, String> text) {
        return RowWriter.column(answers, text.andThen(value -> value.isEmpty() ? null : value), String[]::new);
    }

    private static StoredAnswer stored(Row row) {
        return new StoredAnswer(
                new Origin(row.getInteger("first_partition"), row.getLong("first_offset")),
                new Origin(row.getInteger("latest_partition"), row.getLong("latest_offset")),
                verdict(row, "verdict").orElseThrow(),
                verdict(row, "human"));
    }

    private static Optional<Verdict> verdict(Row row, String column) {
        var bytes = row.getBuffer(column);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(Verdict.parseFrom(bytes.getBytes()));
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "escalation " + row.getUUID("escalation_id")
                            + ": the stored verdict cannot be read. It was changed from outside; delete the row to have it answered anew.",
                    e);
        }
    }
}
