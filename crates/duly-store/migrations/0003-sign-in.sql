-- How people prove who they are, and what keeps others from guessing it.

-- In lower case; unique among those who are not removed, which the verbs hold under the lock of
-- the provider's log.
alter table person add column mail text;
create index person_by_mail on person (mail, removed_at);

-- What a one-time link opens: a session, or the page on which an invited person chooses how to
-- sign in.
alter table sign_in_link add column purpose text not null default 'sign-in'
  check (purpose in ('sign-in', 'invitation'));

alter table session add column way text;
alter table session add column browser text;
alter table session add column seen_at {whole};
create index session_by_person on session (client, person, began_at);

-- A PHC string of argon2id: parameters, salt and hash.
create table password (
  client text not null,
  person text not null,
  phc text not null,
  set_at {whole} not null,
  primary key (client, person),
  foreign key (client, person) references person (client, person)
){table_end};

-- Secrets of time-based codes, sealed as other secrets are. `pending` is one that was shown and
-- not yet confirmed by a code; `used_step` is the last step whose code was taken.
create table code_secret (
  client text not null,
  person text not null,
  sealed {bytes},
  pending {bytes},
  used_step {whole} not null,
  set_at {whole} not null,
  primary key (client, person),
  foreign key (client, person) references person (client, person)
){table_end};

create table recovery_code (
  client text not null,
  person text not null,
  code_hash {bytes} not null,
  used_at {whole},
  primary key (client, person, code_hash),
  foreign key (client, person) references person (client, person)
){table_end};

-- Public keys of passkeys; the private halves never leave people's devices.
create table passkey (
  client text not null,
  passkey text not null,
  person text not null,
  credential {bytes} not null unique,
  name text not null,
  document text not null,
  added_at {whole} not null,
  used_at {whole},
  primary key (client, passkey),
  foreign key (client, person) references person (client, person)
){table_end};
create index passkey_by_person on passkey (client, person, added_at);

-- Whom an identity provider calls by which subject, since the first time they came from there.
create table identity (
  client text not null,
  person text not null,
  issuer text not null,
  subject text not null,
  since {whole} not null,
  primary key (client, person, issuer),
  unique (issuer, subject),
  foreign key (client, person) references person (client, person)
){table_end};

-- Browsers in which a person signed in before: they have tries of their own.
create table known_browser (
  client text not null,
  token_hash {bytes} not null,
  person text not null,
  seen_at {whole} not null,
  primary key (client, token_hash, person),
  foreign key (client, person) references person (client, person)
){table_end};

-- How often somebody tried. `about` is a keyed hash of an account, a browser or a network address,
-- none of which stands here; `full_at` is when the bucket is full again, and the row useless.
create table sign_in_try (
  client text not null references client,
  about {bytes} not null,
  full_at {whole} not null,
  primary key (client, about)
){table_end};
create index sign_in_try_by_time on sign_in_try (client, full_at);

-- A sign-in, or a new passkey, that is half way: what the second half is held against.
create table sign_in_pending (
  client text not null references client,
  token_hash {bytes} not null unique,
  kind text not null,
  home text,
  person text,
  document text not null,
  tries {whole} not null,
  expires_at {whole} not null,
  primary key (client, token_hash)
){table_end};
create index sign_in_pending_by_time on sign_in_pending (client, expires_at);

create index entry_by_kind on entry (client, kind, idx);
