-- What a program asks with for a person. Only the hash of the token lies here; `scopes` are words
-- with a blank between them, `only_client` the one client that it reaches.
create table api_token (
  client text not null,
  person text not null,
  token_hash {bytes} not null unique,
  name text not null,
  scopes text not null,
  only_client text,
  made_at {whole} not null,
  expires_at {whole} not null,
  used_at {whole},
  revoked_at {whole},
  primary key (client, token_hash),
  foreign key (client, person) references person (client, person)
){table_end};
create index api_token_by_person on api_token (client, person, made_at);

-- A request that may be sent again under the same key, and its first answer once there is one.
-- `acted` turns 1 in the transaction of the first thing that the request changes. Answers are
-- sealed.
create table request_key (
  client text not null,
  person text not null,
  request_key text not null,
  fingerprint {bytes} not null,
  began_at {whole} not null,
  acted {whole} not null check (acted in (0, 1)),
  status {whole},
  content_type text,
  answer {bytes},
  primary key (client, person, request_key),
  foreign key (client, person) references person (client, person)
){table_end};
create index request_key_by_time on request_key (client, person, began_at);

-- An address that a job somewhere pings, and what was last heard of it. Only the hash of the
-- address lies here.
create table ping_address (
  client text not null references client,
  address text not null,
  asset text,
  name text not null,
  uuid_hash {bytes} not null unique,
  every_minutes {whole} not null,
  grace_minutes {whole} not null,
  since {whole} not null,
  person text not null,
  pings {whole} not null,
  ended_says text,
  ended_at {whole},
  began_at {whole},
  heard_at {whole},
  removed_at {whole},
  primary key (client, address),
  foreign key (client, asset) references asset (client, asset)
){table_end};

-- The last pings of each address: receipts, outside of the log.
create table ping (
  client text not null,
  address text not null,
  number {whole} not null,
  says text not null,
  exit_status {whole},
  rid text,
  body {bytes} not null,
  received_at {whole} not null,
  primary key (client, address, number),
  foreign key (client, address) references ping_address (client, address)
){table_end};
