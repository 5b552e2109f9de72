-- Clients over time, where assets lie, who tells of them, and what is to be promised.

-- Every zone and calendar a client ever had, each as the entry at `idx` published it.
create table client_era (
  client text not null references client,
  idx {whole} not null,
  at {whole} not null,
  document text not null,
  primary key (client, idx)
){table_end};

insert into client_era(client, idx, at, document)
select e.client, e.idx, e.at, f.value from entry e
join entry_field f on f.client = e.client and f.idx = e.idx and f.name = 'client'
where e.kind in ('log.open', 'client.change');

-- The zone and calendar that the configuration file last declared, so that it moves the client
-- only when the file itself is changed, and not back at every start.
alter table client add column declared text;

-- `site` is another asset of the same client, of the kind `site`; `revision` counts the changes
-- of an asset: its compare-and-set word.
alter table asset add column site text;
alter table asset add column revision {whole} not null default 0;
create index asset_by_name on asset (client, name, asset);

-- What happened to an asset, for reading; the entry at `idx` is what counts.
create table asset_event (
  client text not null,
  asset text not null,
  idx {whole} not null,
  at {whole} not null,
  what text not null,
  person text,
  words text not null,
  primary key (client, asset, idx),
  foreign key (client, asset) references asset (client, asset)
){table_end};

insert into asset_event(client, asset, idx, at, what, person, words)
select a.client, a.asset, a.idx, e.at, 'added', null, '' from asset a
join entry e on e.client = a.client and e.idx = a.idx;

-- Who tells of assets: a list that is imported, a connector. `mapping` remembers what the columns
-- of its lists are.
create table source (
  client text not null references client,
  source text not null,
  expected_days {whole} not null,
  mapping text,
  reported_at {whole},
  primary key (client, source)
){table_end};

-- What a source says it saw, by the source's own word for it. A receipt: durable, not an entry.
create table sighting (
  client text not null,
  source text not null,
  thing text not null,
  name text not null,
  kind text not null,
  first_seen_at {whole} not null,
  last_seen_at {whole} not null,
  asset text,
  dismissed_at {whole},
  dismissed_by text,
  reason text,
  primary key (client, source, thing),
  foreign key (client, source) references source (client, source),
  foreign key (client, asset) references asset (client, asset)
){table_end};
create index sighting_by_asset on sighting (client, asset, source, thing);

-- A list that was handed in and not yet taken.
create table upload (
  client text not null references client,
  upload text not null,
  person text not null,
  file text not null,
  uploaded_at {whole} not null,
  body {bytes} not null,
  primary key (client, upload)
){table_end};

-- A service plan below the catalogue's minimum, waiting for the client's word.
create table plan_proposal (
  client text not null references client,
  proposal text not null,
  document text not null,
  reason text not null,
  proposed_by text not null,
  proposed_at {whole} not null,
  decided_by text,
  decided_at {whole},
  decision text check (decision in ('agreed', 'declined')),
  primary key (client, proposal)
){table_end};
