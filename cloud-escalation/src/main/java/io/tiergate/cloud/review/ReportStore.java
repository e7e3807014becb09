package io.tiergate.cloud.review;

import io.smallrye.mutiny.Uni;
import io.tiergate.cloud.ServiceIdentity;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The labels that applications reported. */
@ApplicationScoped
public class ReportStore {
    /** Of the parked samples that one statement brings: a report is a few bytes, what it wants may be megabytes. */
    public static final long MOST_SAMPLE_BYTES = 32 * 1024 * 1024;

    /**
     * A row keeps the highest revision and the record that brought it first, and the first record that brought the sample along. As
     * with the answers, every row is returned as it stands after the statement, and a record whose origin stands in it is due.
     *
     * <p>The lengths of the parked samples are known without reading them.
     */
    private static final String RECORD = """
            WITH incoming AS (
                SELECT * FROM unnest($2::uuid[], $3::int[], $4::int[], $5::bigint[], $6::int[], $7::bigint[],
                                     $8::bytea[], $9::boolean[])
                    AS t(escalation_id, revision, origin_partition, origin_offset, whole_partition, whole_offset, report,
                         wants_sample)
            ), reported AS (
                INSERT INTO reported_label AS r (tenant, escalation_id, revision, origin_partition, origin_offset,
                                                 whole_partition, whole_offset, report)
                SELECT $1, escalation_id, revision, origin_partition, origin_offset, whole_partition, whole_offset, report
                FROM incoming
                ON CONFLICT (tenant, escalation_id) DO UPDATE SET
                    origin_partition = CASE WHEN excluded.revision > r.revision
                        THEN excluded.origin_partition ELSE r.origin_partition END,
                    origin_offset = CASE WHEN excluded.revision > r.revision
                        THEN excluded.origin_offset ELSE r.origin_offset END,
                    whole_partition = coalesce(r.whole_partition, excluded.whole_partition),
                    whole_offset = coalesce(r.whole_offset, excluded.whole_offset),
                    report = CASE WHEN excluded.revision > r.revision
                        THEN excluded.report ELSE r.report END,
                    revision = greatest(r.revision, excluded.revision)
                RETURNING r.escalation_id, r.origin_partition, r.origin_offset, r.whole_partition, r.whole_offset
            )
            SELECT reported.*, octet_length(parked.sample) AS sample_bytes,
                CASE WHEN sum(octet_length(parked.sample)) OVER () <= $10::bigint OR count(*) OVER () = 1
                    THEN parked.sample END AS sample
            FROM reported
                JOIN incoming ON incoming.escalation_id = reported.escalation_id
                LEFT JOIN parked_sample AS parked ON incoming.wants_sample
                    AND parked.tenant = $1 AND parked.escalation_id = reported.escalation_id
            """;

    private final String tenant;
    private final RowWriter<NewReport, StoredReport> rows;

    @Inject
    ReportStore(Pool pool, ServiceIdentity identity) {
        this.tenant = identity.tenant();
        this.rows = new RowWriter<>(pool, RECORD, this::arguments, ReportStore::stored);
    }

    /**
     * Stores labels, or finds what was stored before; waits for the database as long as it takes. Where the reports want more parked
     * samples than memory should hold, the rows have only their sizes; a report that is stored alone gets its own in any case.
     *
     * @param reports at most one an id
     * @return one row or refusal an id
     */
    public Uni<Recording<StoredReport>> record(List<NewReport> reports) {
        return rows.write(reports);
    }

    private Tuple arguments(List<NewReport> reports) {
        return Tuple.tuple()
                .addString(tenant)
                .addArrayOfUUID(RowWriter.column(reports, NewReport::id, UUID[]::new))
                .addArrayOfInteger(
                        RowWriter.column(reports, report -> report.report().getRevision(), Integer[]::new))
                .addArrayOfInteger(
                        RowWriter.column(reports, report -> report.origin().partition(), Integer[]::new))
                .addArrayOfLong(
                        RowWriter.column(reports, report -> report.origin().offset(), Long[]::new))
                .addArrayOfInteger(RowWriter.column(
                        reports, report -> report.whole().map(Origin::partition).orElse(null), Integer[]::new))
                .addArrayOfLong(RowWriter.column(
                        reports, report -> report.whole().map(Origin::offset).orElse(null), Long[]::new))
                .addValue(RowWriter.column(
                        reports, report -> Buffer.buffer(report.report().toByteArray()), Buffer[]::new))
                .addArrayOfBoolean(RowWriter.column(reports, NewReport::wantsParkedSample, Boolean[]::new))
                .addLong(MOST_SAMPLE_BYTES);
    }

    private static StoredReport stored(Row row) {
        return new StoredReport(
                new Origin(row.getInteger("origin_partition"), row.getLong("origin_offset")),
                Optional.ofNullable(row.getInteger("whole_partition"))
                        .map(partition -> new Origin(partition, row.getLong("whole_offset"))),
                Optional.ofNullable(row.getInteger("sample_bytes")).orElse(0),
                Optional.ofNullable(row.getBuffer("sample")).map(buffer -> buffer.getBytes()));
    }
}
