-- Everything a store remembers. Written once for both databases; {whole} is a 64-bit integer,
-- {bytes} a byte string. Every key begins with the client. Times are milliseconds since 1970 in
-- UTC, dates `YYYY-MM-DD`, documents JSON, words kebab-case as in the log.

create table about (
  name text not null primary key,
  value text not null
){table_end};

create table client (
  client text not null primary key,
  name text not null,
  tz text not null,
  calendar text not null,
  provider {whole} not null check (provider in (0, 1)),
  created_at {whole} not null
){table_end};

-- The log ---------------------------------------------------------------------------------------

-- One log per client: its head. `size` is the compare-and-set word of every append.
create table log (
  client text not null primary key references client,
  origin text not null unique,
  size {whole} not null check (size >= 0),
  frontier {bytes} not null,
  root {bytes} not null,
  last_at {whole} not null
){table_end};

-- `bytes` is what was hashed, to the letter; `leaf` its leaf hash. The rest is for finding it.
create table entry (
  client text not null references log,
  idx {whole} not null,
  at {whole} not null,
  kind text not null,
  duty text,
  bytes {bytes} not null,
  leaf {bytes} not null,
  primary key (client, idx)
){table_end};
create index entry_by_duty on entry (client, duty, idx);

-- Seeds and field values lie apart from the entries, because they can be erased.
create table entry_seed (
  client text not null,
  idx {whole} not null,
  seed {bytes} not null,
  primary key (client, idx),
  foreign key (client, idx) references entry (client, idx)
){table_end};

create table entry_field (
  client text not null,
  idx {whole} not null,
  name text not null,
  value text not null,
  primary key (client, idx, name),
  foreign key (client, idx) references entry (client, idx)
){table_end};

create table checkpoint (
  client text not null references log,
  size {whole} not null,
  root {bytes} not null,
  note text not null,
  signed_at {whole} not null,
  primary key (client, size)
){table_end};

-- What was published ----------------------------------------------------------------------------

create table process (
  client text not null references client,
  process text not null,
  version text not null,
  document text not null,
  published_at {whole} not null,
  idx {whole} not null,
  primary key (client, process, version)
){table_end};

create table calendar (
  client text not null references client,
  calendar text not null,
  idx {whole} not null,
  document text not null,
  primary key (client, calendar, idx)
){table_end};

create table zone (
  client text not null references client,
  zone text not null,
  idx {whole} not null,
  document text not null,
  primary key (client, zone, idx)
){table_end};

create table asset (
  client text not null references client,
  asset text not null,
  kind text not null,
  name text not null,
  since text not null,
  until text,
  idx {whole} not null,
  primary key (client, asset)
){table_end};

create table exception (
  client text not null references client,
  exception text not null,
  document text not null,
  granted_at {whole} not null,
  idx {whole} not null,
  primary key (client, exception)
){table_end};

create table plan (
  client text not null references client,
  idx {whole} not null,
  effective text not null,
  document text not null,
  primary key (client, idx)
){table_end};

-- Work ------------------------------------------------------------------------------------------

-- One row per duty whose time came; `ticket` is the duty's id. Its slot and times never change.
create table ticket (
  client text not null references client,
  ticket text not null,
  process text not null,
  version text not null,
  asset text,
  slot text not null,
  opens_at {whole} not null,
  due_at {whole} not null,
  missed_at {whole} not null,
  opened_at {whole} not null,
  outcome text not null check (outcome in ('open', 'done', 'late', 'missed', 'waived')),
  verdict text check (verdict in ('pass', 'fail', 'review', 'unknown', 'not-applicable')),
  ended_at {whole},
  closed_by text,
  exception text,
  afterwards_at {whole},
  primary key (client, ticket),
  foreign key (client, process, version) references process (client, process, version),
  foreign key (client, asset) references asset (client, asset),
  foreign key (client, exception) references exception (client, exception)
){table_end};
create index ticket_by_due on ticket (client, outcome, due_at, ticket);
create index ticket_by_slot on ticket (client, slot, ticket);
-- What is owed, over all clients: the list that is looked at all day.
create index ticket_owed on ticket (due_at, client, ticket)
where outcome in ('open', 'missed') and afterwards_at is null;

-- `revision` counts the changes of a step: its compare-and-set word.
create table step (
  client text not null,
  ticket text not null,
  step text not null,
  position {whole} not null,
  instruction text not null,
  gate text not null check (gate in ('critical', 'standard')),
  probe text,
  evidence text not null,
  state text not null check (state in ('pending', 'filled', 'skipped')),
  verdict text check (verdict in ('pass', 'fail', 'review', 'unknown', 'not-applicable')),
  note text,
  person text,
  run text,
  changed_at {whole},
  revision {whole} not null,
  primary key (client, ticket, step),
  foreign key (client, ticket) references ticket (client, ticket)
){table_end};

create table run (
  client text not null,
  run text not null,
  ticket text not null,
  step text not null,
  person text,
  revision {whole} not null,
  started_at {whole} not null,
  start_idx {whole} not null,
  start_root text not null,
  ended_at {whole},
  result_idx {whole},
  verdict text check (verdict in ('pass', 'fail', 'review', 'unknown', 'not-applicable')),
  judgement text,
  primary key (client, run),
  foreign key (client, ticket, step) references step (client, ticket, step)
){table_end};
create index run_by_ticket on run (client, ticket, started_at, run);
create index run_without_result on run (client, result_idx, started_at, run);

create table observation (
  client text not null,
  run text not null,
  position {whole} not null,
  document text not null,
  primary key (client, run, position),
  foreign key (client, run) references run (client, run)
){table_end};

-- Which snapshots were ever seen, so that one that vanishes is noticed. Never removed.
create table snapshot_seen (
  client text not null,
  asset text not null,
  snapshot text not null,
  document text not null,
  first_seen_at {whole} not null,
  last_seen_at {whole} not null,
  primary key (client, asset, snapshot),
  foreign key (client, asset) references asset (client, asset)
){table_end};

create table note (
  client text not null,
  note text not null,
  ticket text not null,
  step text,
  person text not null,
  written_at {whole} not null,
  words text not null,
  primary key (client, note),
  foreign key (client, ticket) references ticket (client, ticket)
){table_end};
create index note_by_ticket on note (client, ticket, written_at, note);

-- `about` names what a warning is of, so that raising it twice raises it once.
create table warning (
  client text not null references client,
  warning text not null,
  rule text not null,
  about text not null,
  severity text not null check (severity in ('low', 'medium', 'high')),
  message text not null,
  ticket text,
  raised_at {whole} not null,
  acknowledged_at {whole},
  acknowledged_by text,
  cleared_at {whole},
  primary key (client, warning)
){table_end};
create index warning_by_rule on warning (client, rule, about, cleared_at);
create index warning_by_time on warning (client, cleared_at, raised_at, warning);

-- People ----------------------------------------------------------------------------------------

create table person (
  client text not null references client,
  person text not null,
  name text not null,
  role text not null check (role in ('technician', 'manager', 'executive', 'owner', 'auditor')),
  added_at {whole} not null,
  removed_at {whole},
  primary key (client, person)
){table_end};

-- Only hashes of tokens: whoever reads the database cannot sign in with it.
create table sign_in_link (
  client text not null,
  token_hash {bytes} not null unique,
  person text not null,
  made_at {whole} not null,
  expires_at {whole} not null,
  used_at {whole},
  primary key (client, token_hash),
  foreign key (client, person) references person (client, person)
){table_end};

create table session (
  client text not null,
  token_hash {bytes} not null unique,
  person text not null,
  began_at {whole} not null,
  expires_at {whole} not null,
  revoked_at {whole},
  primary key (client, token_hash),
  foreign key (client, person) references person (client, person)
){table_end};

-- Secrets ---------------------------------------------------------------------------------------

create table client_key (
  client text not null primary key references client,
  wrapped {bytes} not null
){table_end};

create table secret (
  client text not null references client,
  name text not null,
  sealed {bytes} not null,
  put_at {whole} not null,
  primary key (client, name)
){table_end};
