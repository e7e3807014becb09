-- One small row an escalation: what was answered, to which question, and from which record. It is what makes a record that
-- comes twice harmless. No free text: a site or a reason may hold characters that PostgreSQL refuses, and lies in the verdict.
create table escalation (
    tenant           text        not null,
    escalation_id    uuid        not null,
    outcome          text        not null check (outcome in ('FINAL', 'PARKED', 'REJECTED')),
    -- The highest attempt that was answered.
    attempt          integer     not null,
    -- The record that made this row: with it goes the retraining record.
    first_partition  integer     not null,
    first_offset     bigint      not null,
    -- The record that was answered last.
    latest_partition integer     not null,
    latest_offset    bigint      not null,
    -- The answer as it is published: a tiergate.v1.Verdict.
    verdict          bytea       not null,
    answered_at      timestamptz not null default now(),
    primary key (tenant, escalation_id)
);

-- The samples that wait for a person, as they came: a tiergate.v1.EscalatedSample.
create table parked_sample (
    tenant        text        not null,
    escalation_id uuid        not null,
    sample        bytea       not null,
    parked_at     timestamptz not null default now(),
    primary key (tenant, escalation_id),
    foreign key (tenant, escalation_id) references escalation on delete cascade
);

create index parked_sample_by_age on parked_sample (tenant, parked_at);
