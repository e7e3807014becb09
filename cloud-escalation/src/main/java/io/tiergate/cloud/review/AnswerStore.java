package io.tiergate.cloud.review;

import com.google.protobuf.InvalidProtocolBufferException;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.Verdict;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;

/** The rows of the escalations. */
@ApplicationScoped
public class AnswerStore {
    /**
     * A row keeps the first answer for ever; a later attempt moves only {@code attempt} and {@code latest}. Only a rejection gives way
     * to what a replayed dead letter brings, as if that record had been the first. Every row is returned as it stands after the
     * statement, and that tells all: a record whose origin stands in it is due, another is a duplicate. A sample is parked along with
     * the row it made.
     */
    private static final String RECORD = """
            WITH incoming AS (
                SELECT * FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::bigint[], $7::bytea[], $8::bytea[],
                                     $9::boolean[])
                    AS t(escalation_id, outcome, attempt, origin_partition, origin_offset, verdict, sample, replayed)
            ), answered AS (
                INSERT INTO escalation AS e (tenant, escalation_id, outcome, attempt, first_partition, first_offset,
                                             latest_partition, latest_offset, verdict, replayed)
                SELECT $1, escalation_id, outcome, attempt, origin_partition, origin_offset, origin_partition, origin_offset,
                       verdict, replayed
                FROM incoming
                ON CONFLICT (tenant, escalation_id) DO UPDATE SET
                    outcome = CASE WHEN e.outcome = 'REJECTED' AND excluded.replayed
                        THEN excluded.outcome ELSE e.outcome END,
                    verdict = CASE WHEN e.outcome = 'REJECTED' AND excluded.replayed
                        THEN excluded.verdict ELSE e.verdict END,
                    first_partition = CASE WHEN e.outcome = 'REJECTED' AND excluded.replayed
                        THEN excluded.first_partition ELSE e.first_partition END,
                    first_offset = CASE WHEN e.outcome = 'REJECTED' AND excluded.replayed
                        THEN excluded.first_offset ELSE e.first_offset END,
                    latest_partition = CASE WHEN excluded.attempt > e.attempt OR (e.outcome = 'REJECTED' AND excluded.replayed)
                        THEN excluded.latest_partition ELSE e.latest_partition END,
                    latest_offset = CASE WHEN excluded.attempt > e.attempt OR (e.outcome = 'REJECTED' AND excluded.replayed)
                        THEN excluded.latest_offset ELSE e.latest_offset END,
                    attempt = greatest(e.attempt, excluded.attempt),
                    replayed = e.replayed OR (e.outcome = 'REJECTED' AND excluded.replayed)
                RETURNING e.escalation_id, e.outcome, e.first_partition, e.first_offset, e.latest_partition,
                          e.latest_offset, e.verdict
            ), parked AS (
                INSERT INTO parked_sample (tenant, escalation_id, sample)
                SELECT $1, escalation_id, incoming.sample
                FROM incoming JOIN answered USING (escalation_id)
                WHERE incoming.sample IS NOT NULL AND answered.outcome = 'PARKED'
                  AND answered.first_partition = incoming.origin_partition
                  AND answered.first_offset = incoming.origin_offset
                ON CONFLICT DO NOTHING
            )
            SELECT escalation_id, first_partition, first_offset, latest_partition, latest_offset, verdict FROM answered
            """;

    private final String tenant;
    private final RowWriter<NewAnswer, StoredAnswer> rows;

    @Inject
    AnswerStore(Pool pool, ServiceIdentity identity) {
        this.tenant = identity.tenant();
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
                .addArrayOfBoolean(RowWriter.column(answers, NewAnswer::replayed, Boolean[]::new));
    }

    private static StoredAnswer stored(Row row) {
        return new StoredAnswer(
                new Origin(row.getInteger("first_partition"), row.getLong("first_offset")),
                new Origin(row.getInteger("latest_partition"), row.getLong("latest_offset")),
                verdict(row));
    }

    private static Verdict verdict(Row row) {
        try {
            return Verdict.parseFrom(row.getBuffer("verdict").getBytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "escalation " + row.getUUID("escalation_id")
                            + ": the stored verdict cannot be read. It was changed from outside; delete the row to have it answered anew.",
                    e);
        }
    }
}
