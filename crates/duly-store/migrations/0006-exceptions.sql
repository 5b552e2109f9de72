-- Exceptions are asked for by one person and decided by another; tickets are snoozed; what the
-- nightly recount found, and when the worker was last alive.

-- Every exception has a row here, from the day it was asked for. One that was granted has its
-- document in `exception`, under the same name. A withdrawal holds for what opens after it.
create table exception_ask (
  client text not null references client,
  exception text not null,
  process text,
  asset text,
  first_slot text not null,
  last_slot text not null,
  reason text not null,
  measure text,
  asked_at {whole} not null,
  asked_by text,
  state text not null check (state in ('asked', 'granted', 'refused')),
  waived_by text check (waived_by in ('client', 'provider')),
  decided_at {whole},
  decided_by text,
  answer text,
  withdrawn_at {whole},
  withdrawn_by text,
  withdrawal text,
  primary key (client, exception),
  foreign key (client, asset) references asset (client, asset)
){table_end};
create index exception_ask_by_end on exception_ask (client, last_slot, exception);

-- A ticket that does not stand in the queue until then. It changes no outcome.
create table snooze (
  client text not null,
  ticket text not null,
  until {whole} not null,
  reason text not null,
  person text not null,
  snoozed_at {whole} not null,
  primary key (client, ticket),
  foreign key (client, ticket) references ticket (client, ticket)
){table_end};

-- The last recount of each client. `problem` is set where it could not be carried through.
create table recount (
  client text not null primary key references client,
  recounted_at {whole} not null,
  entries {whole} not null,
  duties {whole} not null,
  tickets {whole} not null,
  differences {whole} not null,
  problem text
){table_end};

-- When the worker was last alive: a receipt, not an entry.
create table heartbeat (
  client text not null primary key references client,
  beat_at {whole} not null
){table_end};
