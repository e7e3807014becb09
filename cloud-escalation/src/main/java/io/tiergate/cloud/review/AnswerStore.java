package io.tiergate.cloud.review;

import com.google.protobuf.InvalidProtocolBufferException;
import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.Outage;
import io.tiergate.cloud.Patience;
import io.tiergate.cloud.ServiceIdentity;
import io.tiergate.proto.v1.Verdict;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jboss.logging.Logger;

/** The rows of the escalations. */
@ApplicationScoped
public class AnswerStore {
    private static final Logger LOG = Logger.getLogger(AnswerStore.class);
    private static final Duration PATIENCE_PER_STATEMENT = Duration.ofSeconds(30);

    /**
     * A row keeps the first answer for ever; a later attempt moves only {@code attempt} and {@code latest}. Every row is
     * returned as it stands after the statement, and that tells all: a record whose origin stands in it is due, another
     * is a duplicate. A sample is parked along with the row it made.
     */
    private static final String RECORD = """
            WITH incoming AS (
                SELECT * FROM unnest($2::uuid[], $3::text[], $4::int[], $5::int[], $6::bigint[], $7::bytea[], $8::bytea[])
                    AS t(escalation_id, outcome, attempt, origin_partition, origin_offset, verdict, sample)
            ), answered AS (
                INSERT INTO escalation AS e (tenant, escalation_id, outcome, attempt, first_partition, first_offset,
                                             latest_partition, latest_offset, verdict)
                SELECT $1, escalation_id, outcome, attempt, origin_partition, origin_offset, origin_partition, origin_offset,
                       verdict
                FROM incoming
                ON CONFLICT (tenant, escalation_id) DO UPDATE SET
                    latest_partition = CASE WHEN excluded.attempt > e.attempt
                        THEN excluded.latest_partition ELSE e.latest_partition END,
                    latest_offset = CASE WHEN excluded.attempt > e.attempt
                        THEN excluded.latest_offset ELSE e.latest_offset END,
                    attempt = greatest(e.attempt, excluded.attempt)
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

    private final Pool pool;
    private final String tenant;
    private final Outage outage = new Outage("The database");

    @Inject
    AnswerStore(Pool pool, ServiceIdentity identity) {
        this.pool = pool;
        this.tenant = identity.tenant();
    }

    /**
     * Stores answers, or finds those that were stored before; waits for the database as long as it takes. It is one statement,
     * unless the database refuses what an answer holds: then those answers are told apart from the others, which are stored.
     *
     * @param answers at most one an id
     * @return one row or refusal an id
     */
    public Uni<Recording> record(List<NewAnswer> answers) {
        if (answers.isEmpty()) {
            return Uni.createFrom().item(Recording.EMPTY);
        }
        // In one order everywhere: two replicas that want the same rows would block each other otherwise.
        List<NewAnswer> ordered =
                answers.stream().sorted(Comparator.comparing(NewAnswer::id)).toList();
        return Patience.until(() -> recordOnce(ordered), outage);
    }

    private Uni<Recording> recordOnce(List<NewAnswer> answers) {
        return pool.preparedQuery(RECORD)
                .execute(arguments(answers))
                .ifNoItem()
                .after(PATIENCE_PER_STATEMENT)
                .fail()
                .map(rows -> new Recording(stored(rows), Map.of()))
                .onFailure(Incurable::isCauseOf)
                .recoverWithUni(refusal -> recordHalves(answers, refusal));
    }

    private Uni<Recording> recordHalves(List<NewAnswer> answers, Throwable refusal) {
        if (answers.size() == 1) {
            UUID id = answers.get(0).id();
            LOG.errorf("The database refuses an answer: escalation=%s cause=%s", id, refusal.getMessage());
            return Uni.createFrom().item(Recording.refused(id, refusal.getMessage()));
        }
        int middle = answers.size() / 2;
        return recordOnce(answers.subList(0, middle)).chain(one -> recordOnce(answers.subList(middle, answers.size()))
                .map(one::and));
    }

    private Tuple arguments(List<NewAnswer> answers) {
        return Tuple.tuple()
                .addString(tenant)
                .addArrayOfUUID(column(answers, NewAnswer::id, UUID[]::new))
                .addArrayOfString(
                        column(answers, answer -> Outcome.of(answer.verdict()).name(), String[]::new))
                .addArrayOfInteger(column(answers, NewAnswer::attempt, Integer[]::new))
                .addArrayOfInteger(column(answers, answer -> answer.origin().partition(), Integer[]::new))
                .addArrayOfLong(column(answers, answer -> answer.origin().offset(), Long[]::new))
                .addValue(
                        column(answers, answer -> Buffer.buffer(answer.verdict().toByteArray()), Buffer[]::new))
                .addValue(column(
                        answers,
                        answer -> answer.parkedSample().map(Buffer::buffer).orElse(null),
                        Buffer[]::new));
    }

    private static <T> T[] column(List<NewAnswer> answers, Function<NewAnswer, T> value, IntFunction<T[]> array) {
        return answers.stream().map(value).toArray(array);
    }

    private static Map<UUID, StoredAnswer> stored(RowSet<Row> rows) {
        Map<UUID, StoredAnswer> byId = new HashMap<>();
        for (Row row : rows) {
            byId.put(
                    row.getUUID("escalation_id"),
                    new StoredAnswer(
                            new Origin(row.getInteger("first_partition"), row.getLong("first_offset")),
                            new Origin(row.getInteger("latest_partition"), row.getLong("latest_offset")),
                            verdict(row)));
        }
        return byId;
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
