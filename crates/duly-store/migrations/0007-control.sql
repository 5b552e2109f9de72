-- Quality control: what a warning went through, what may become one, who asked for
-- silence, and when each rule last proved that it can fire.

-- Which part of quality control looks after it: 'ticket', 'client' or 'desk'; absent for warnings
-- that other parts raise and clear by themselves.
alter table warning add column source text;
alter table warning add column process text;
alter table warning add column asset text;
-- The role that is to take it on, until a person does.
alter table warning add column owner text not null default 'manager';
-- How often the same cause was raised, this time included.
alter table warning add column firing {whole} not null default 1;
alter table warning add column acknowledged_word text;
alter table warning add column cleared_by text;
alter table warning add column cleared_word text;
-- Since when its cause is no longer seen.
alter table warning add column gone_since {whole};
-- Which rungs of the ladder were reached: a bit each.
alter table warning add column rungs {whole} not null default 0;
create index warning_on_board on warning (raised_at, client, warning) where cleared_at is null;
create index warning_by_ticket on warning (client, ticket);
create index warning_of_rule on warning (rule, raised_at, client, warning);

-- Causes that have not lasted long enough; `document` is the warning to be.
create table warning_pending (
  client text not null references client,
  rule text not null,
  about text not null,
  since {whole} not null,
  ripe_at {whole} not null,
  source text not null,
  ticket text,
  document text not null,
  primary key (client, rule, about)
){table_end};
create index warning_pending_ripe on warning_pending (client, ripe_at);

-- Up to which entry of its log a client's tickets were looked at.
create table control_mark (
  client text not null primary key references client,
  idx {whole} not null,
  looked_at {whole} not null
){table_end};

-- A silence mutes telling. It holds from its granting until its end, and never without both.
create table silence (
  client text not null references client,
  silence text not null,
  rule text not null,
  about text,
  reason text not null,
  asked_by text not null,
  asked_at {whole} not null,
  ends_at {whole} not null,
  decided_by text,
  decided_at {whole},
  granted {whole} check (granted in (0, 1)),
  primary key (client, silence)
){table_end};
create index silence_by_end on silence (client, ends_at, silence);

create table rule_proof (
  client text not null references client,
  rule text not null,
  fired_at {whole},
  tried_at {whole} not null,
  primary key (client, rule)
){table_end};

-- What was done before for the same thing, and what others found in the same work.
create index ticket_by_process on ticket (client, process, asset, slot);
create index ticket_closed_by_hand on ticket (process, ended_at) where closed_by is not null;
