-- What applications reported of their samples, of each the latest. A parked sample that has a row here waits for no person. Its
-- sample need not have come before, so it belongs to no other table's row. No free text, as in V1.
create table reported_label (
    tenant           text        not null,
    escalation_id    uuid        not null,
    revision         integer     not null check (revision >= 0),
    -- The record that brought this revision: with it goes a retraining record.
    origin_partition integer     not null,
    origin_offset    bigint      not null,
    -- The first record that brought a label together with its sample, if one did: whatever revision has overtaken it, with it
    -- goes a retraining record too, or nobody would have the sample.
    whole_partition  integer,
    whole_offset     bigint,
    -- The report as it came: a tiergate.v1.ReportedLabel.
    report           bytea       not null,
    first_stored_at  timestamptz not null default now(),
    primary key (tenant, escalation_id),
    check ((whole_partition is null) = (whole_offset is null))
);
