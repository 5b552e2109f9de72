-- What is told to people, and what is mirrored into other systems.

-- What there is to tell, written in the transaction of what it tells of. To whom it goes is decided
-- later, in one transaction with `told_at`.
create table notice (
  client text not null references client,
  notice text not null,
  kind text not null,
  document text not null,
  made_at {whole} not null,
  told_at {whole},
  primary key (client, notice)
){table_end};
create index notice_by_time on notice (told_at, made_at, client, notice);

-- Through what it leaves. What must stay secret of it lies in `secret`.
create table connection (
  client text not null references client,
  connection text not null,
  kind text not null,
  name text not null,
  settings text not null,
  kept_at {whole} not null,
  removed_at {whole},
  delivered_at {whole},
  failed_at {whole},
  problem text,
  primary key (client, connection)
){table_end};

-- One notice on its way to one recipient. `queue` names whose order is kept, `place` is the order;
-- `bundle` is set at the first attempt, and whatever bears the same one is one message for ever.
create table delivery (
  client text not null references client,
  delivery text not null,
  place {whole} not null,
  queue text not null,
  connection text not null,
  home text,
  person text,
  kind text not null,
  is_gathered {whole} not null check (is_gathered in (0, 1)),
  document text not null,
  queued_at {whole} not null,
  not_before {whole} not null,
  again_at {whole} not null,
  bundle text,
  tries {whole} not null,
  leased_until {whole} not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  ended_at {whole},
  problem text,
  primary key (client, delivery)
){table_end};
create index delivery_in_order on delivery (state, queue, place);
create index delivery_by_bundle on delivery (bundle, client);
create index delivery_by_place on delivery (place);
create index delivery_by_connection on delivery (connection, state, queued_at);
create index delivery_by_end on delivery (state, ended_at);

create table preference (
  client text not null,
  person text not null,
  document text not null,
  summary_on text,
  changed_at {whole} not null,
  primary key (client, person),
  foreign key (client, person) references person (client, person)
){table_end};

-- A ticket's picture in a help desk that is not ours; at most one for each connection.
create table mirror (
  client text not null,
  ticket text not null,
  connection text not null,
  state text not null check (state in ('asked', 'open', 'closed')),
  foreign_id text,
  link text,
  reopened {whole} not null,
  changed_at {whole} not null,
  looked_at {whole} not null,
  primary key (client, ticket, connection),
  foreign key (client, ticket) references ticket (client, ticket)
){table_end};
create index mirror_by_look on mirror (state, looked_at);
