-- Evidence, rework, rows of a ticket, and who does what.

-- What a file holds, once for each client however often it is brought. It lies in pieces, apart
-- from everything that a page lists, and is whole once `whole_at` is set. Without evidence that
-- names it, it is swept.
create table content (
  client text not null references client,
  sha256 text not null,
  bytes {whole} not null check (bytes > 0),
  thumbnail {bytes},
  begun_at {whole} not null,
  whole_at {whole},
  primary key (client, sha256)
){table_end};
create index content_by_age on content (begun_at, client, sha256);

create table content_piece (
  client text not null,
  sha256 text not null,
  position {whole} not null,
  piece {bytes} not null,
  primary key (client, sha256, position),
  foreign key (client, sha256) references content (client, sha256)
){table_end};

-- `kind` is what the content is, `picture` a hash that survives saving a picture again, `taken_at`
-- what a picture claims. `step` is absent for the ticket as a whole. `idx` is the entry.
create table evidence (
  client text not null,
  evidence text not null,
  ticket text not null,
  step text,
  person text not null,
  name text not null,
  kind text not null,
  bytes {whole} not null,
  sha256 text not null,
  picture text,
  width {whole},
  height {whole},
  taken_at {whole},
  added_at {whole} not null,
  idx {whole} not null,
  primary key (client, evidence),
  foreign key (client, ticket) references ticket (client, ticket),
  foreign key (client, sha256) references content (client, sha256)
){table_end};
create index evidence_by_ticket on evidence (client, ticket, added_at, evidence);
create index evidence_by_content on evidence (client, sha256, added_at);
create index evidence_by_time on evidence (client, added_at, evidence);

-- Each time a manager had a closed ticket done again. Its outcome stays as it was.
create table rework (
  client text not null,
  ticket text not null,
  number {whole} not null,
  reason text not null,
  asked_by text not null,
  asked_at {whole} not null,
  done_by text,
  done_at {whole},
  verdict text check (verdict in ('pass', 'fail', 'review', 'unknown', 'not-applicable')),
  primary key (client, ticket, number),
  foreign key (client, ticket) references ticket (client, ticket)
){table_end};

-- Set while rework is owed.
alter table ticket add column rework_at {whole};
-- Whom it was handed to last, and how often it was: the compare-and-set word of a hand-over.
alter table ticket add column handed_to text;
alter table ticket add column handovers {whole} not null default 0;

drop index ticket_owed;
create index ticket_owed on ticket (due_at, client, ticket)
where (outcome in ('open', 'missed') and afterwards_at is null) or rework_at is not null;
create index ticket_in_rework on ticket (client, rework_at, ticket) where rework_at is not null;

-- When a step was put back for rework: evidence from before does not count for it any more.
alter table step add column again_at {whole};
-- Why evidence that the process asks for is not there.
alter table step add column excuse text;

-- The assets that a ticket about a client lists: those in care when it was raised, none omitted.
create table ticket_asset (
  client text not null,
  ticket text not null,
  asset text not null,
  verdict text check (verdict in ('pass', 'fail', 'review', 'unknown', 'not-applicable')),
  note text,
  person text,
  changed_at {whole},
  revision {whole} not null,
  primary key (client, ticket, asset),
  foreign key (client, ticket) references ticket (client, ticket),
  foreign key (client, asset) references asset (client, asset)
){table_end};

create table handover (
  client text not null,
  ticket text not null,
  number {whole} not null,
  from_person text,
  to_person text not null,
  by_person text not null,
  words text not null,
  handed_at {whole} not null,
  primary key (client, ticket, number),
  foreign key (client, ticket) references ticket (client, ticket)
){table_end};

create table technicians (
  client text not null primary key references client,
  primary_person text not null,
  backup_person text,
  set_at {whole} not null,
  set_by text not null,
  revision {whole} not null
){table_end};

-- Under the provider's own client, whose people they are.
create table absence (
  client text not null,
  absence text not null,
  person text not null,
  from_date text not null,
  to_date text,
  noted_by text not null,
  noted_at {whole} not null,
  ended_at {whole},
  primary key (client, absence),
  foreign key (client, person) references person (client, person)
){table_end};
create index absence_by_end on absence (client, ended_at, to_date);
