-- A process file that somebody is writing. Theirs alone, and not in any log: it says what somebody
-- thinks of doing, not what was done.
create table process_draft (
  client text not null,
  person text not null,
  draft text not null,
  text text not null,
  revision {whole} not null,
  started_at {whole} not null,
  saved_at {whole} not null,
  primary key (client, person, draft),
  foreign key (client, person) references person (client, person)
){table_end};

-- A version that a person published on a page: its text as they wrote it, what one client has
-- otherwise, and the reason. A version without a row here came from a file.
create table process_origin (
  client text not null,
  process text not null,
  version text not null,
  person text not null,
  text text not null,
  overrides text not null,
  changes text not null,
  fewer {whole} not null check (fewer in (0, 1)),
  reason text not null,
  primary key (client, process, version),
  foreign key (client, process, version) references process (client, process, version)
){table_end};

-- A private address of a calendar, for one person. Only the hash of its token lies here.
create table calendar_link (
  client text not null,
  person text not null,
  token_hash {bytes} not null unique,
  made_at {whole} not null,
  used_at {whole},
  revoked_at {whole},
  primary key (client, token_hash),
  foreign key (client, person) references person (client, person)
){table_end};
