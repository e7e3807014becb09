-- What people see of a sample, search by and decide. All of it is null in rows that are older than this release. Texts come from
-- records and are made storable: no NUL, and those with an ordinary index are cut to a length that the index takes.
alter table escalation
    -- The question without its tensors: a tiergate.v1.EscalatedSample. Null after erasure.
    add column envelope      bytea,
    -- What each member of the ensemble said: a tiergate.v1.EnsembleOpinion. Null where none was asked, and after erasure.
    add column opinion       bytea,
    -- The person's verdict that counts, once it is published: a tiergate.v1.Verdict. It answers whoever asks again.
    add column human         bytea,
    add column site          text,
    add column device        text,
    add column model         text,
    add column model_version bigint,
    add column edge_label    text,
    -- The label that counts, the person's before the ensemble's; null while there is none.
    add column label         text,
    add column purpose       smallint,
    add column subject       text,
    -- The W3C trace context of the record that made the row.
    add column trace_parent  text,
    add column erased_at     timestamptz;

-- The pages list what is newest: of everything, of a site, or with a label. The id makes a page's end exact.
create index escalation_by_time on escalation (tenant, answered_at, escalation_id);
create index escalation_by_site on escalation (tenant, site, answered_at, escalation_id);
create index escalation_by_label on escalation (tenant, label, answered_at, escalation_id);
-- A hash takes texts of any length; most samples name no subject.
create index escalation_by_subject on escalation using hash (subject) where subject is not null;

-- A sample that a person is to decide. Every change of it, its leases and its labels locks this row first.
create table review_item (
    tenant        text        not null,
    escalation_id uuid        not null,
    state         text        not null default 'OPEN' check (state in ('OPEN', 'TIED', 'DECIDED', 'ERASED')),
    parked_at     timestamptz not null default now(),
    -- How many people are to label it.
    wanted        smallint    not null default 1 check (wanted > 0),
    -- Of the next verdict.
    revision      integer     not null default 0,
    decided_at    timestamptz,
    primary key (tenant, escalation_id),
    foreign key (tenant, escalation_id) references escalation on delete cascade
);

create index review_item_waiting on review_item (tenant, parked_at, escalation_id) where state in ('OPEN', 'TIED');

insert into review_item (tenant, escalation_id, parked_at) select tenant, escalation_id, parked_at from parked_sample;

-- Who has a sample before their eyes, and until when nobody else gets it.
create table review_lease (
    tenant        text        not null,
    escalation_id uuid        not null,
    reviewer      text        not null,
    token         uuid        not null,
    granted_at    timestamptz not null default now(),
    expires_at    timestamptz not null,
    primary key (tenant, escalation_id, reviewer),
    foreign key (tenant, escalation_id) references review_item on delete cascade
);

-- The labels that stand, one a person.
create table review_label (
    tenant        text        not null,
    escalation_id uuid        not null,
    reviewer      text        not null,
    label         text        not null,
    -- In the ensemble's labels.
    label_index   integer     not null,
    -- Given to settle a tie.
    adjudicates   boolean     not null,
    seconds       real        not null,
    labelled_at   timestamptz not null default clock_timestamp(),
    primary key (tenant, escalation_id, reviewer),
    foreign key (tenant, escalation_id) references review_item on delete cascade
);

create index review_label_by_reviewer on review_label (tenant, reviewer, labelled_at);

create table review_skip (
    tenant        text        not null,
    escalation_id uuid        not null,
    reviewer      text        not null,
    skipped_at    timestamptz not null default clock_timestamp(),
    primary key (tenant, escalation_id, reviewer),
    foreign key (tenant, escalation_id) references review_item on delete cascade
);

-- Who did what and when. Only ever added to; it holds no payload, belongs to no row, and stays when a sample is erased.
create table review_event (
    id            bigint generated always as identity primary key,
    tenant        text        not null,
    escalation_id uuid        not null,
    at            timestamptz not null default clock_timestamp(),
    who           text        not null,
    what          text        not null,
    label         text,
    revision      integer
);

create index review_event_by_sample on review_event (tenant, escalation_id, id);

-- People's verdicts on their way to Kafka.
create table review_outbox (
    tenant          text        not null,
    escalation_id   uuid        not null,
    revision        integer     not null,
    -- A tiergate.v1.Verdict.
    verdict         bytea       not null,
    label           text        not null,
    reply_partition integer     not null,
    -- Until then the verdict can be withdrawn.
    due_at          timestamptz not null,
    -- Which replica has taken it for publication; another may take it after that time.
    claimed_by      text,
    claimed_until   timestamptz,
    primary key (tenant, escalation_id, revision)
);

create index review_outbox_by_time on review_outbox (tenant, due_at);
