-- What applications reported of their samples, of each the latest. A parked sample that has a row here waits for no person. Its
-- sample need not have come before, so it belongs to no other table's row. No free text, as in V1.
create table reported_label (
    tenant           text        not null,
    escalation_id    uuid        not null,
    revision         integer     not null check (revision >= 0),
    -- The record that brought this revision: with it goes the retraining record.
    origin_partition integer     not null,
    origin_offset    bigint      not null,
    -- The report as it came: a tiergate.v1.ReportedLabel.
    report           bytea       not null,
    first_stored_at  timestamptz not null default now(),
    primary key (tenant, escalation_id)
);
