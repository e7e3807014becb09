-- Whether the answer was made anew for a dead letter that was put back, after a rejection.
alter table escalation add column replayed boolean not null default false;
