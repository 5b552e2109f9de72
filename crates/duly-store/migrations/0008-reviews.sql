-- Spot checks: months that are closed, what was drawn from them, who looks at it, what they said.

-- A row for each closed month of a process. The draw follows once a checkpoint covers the closing;
-- it is made once.
create table review_draw (
  client text not null references client,
  process text not null,
  period text not null,
  close_idx {whole} not null,
  close_root text not null,
  closed_at {whole} not null,
  draw_idx {whole},
  drawn_at {whole},
  document text,
  primary key (client, process, period)
){table_end};

-- A row for each drawn ticket that is looked at. `revision` is the compare-and-set word, `round`
-- counts looks: the second one follows a rework.
create table review (
  client text not null,
  ticket text not null,
  process text not null,
  period text not null,
  position {whole} not null,
  reviewer text,
  stands_as text check (stands_as in ('manager', 'technician', 'executive', 'owner')),
  minutes {whole} not null,
  drawn_at {whole} not null,
  due_at {whole} not null,
  state text not null check (state in ('owed', 'agreed', 'rework')),
  round {whole} not null,
  revision {whole} not null,
  primary key (client, ticket),
  foreign key (client, ticket) references ticket (client, ticket),
  foreign key (client, process, period) references review_draw (client, process, period)
){table_end};
-- What is owed, over all clients.
create index review_owed on review (due_at, client, ticket) where state <> 'agreed';
create index review_by_draw on review (client, process, period, position);

-- Somebody opened a drawn ticket to review it, and what they said.
create table review_look (
  client text not null,
  ticket text not null,
  round {whole} not null,
  person text not null,
  opened_at {whole} not null,
  decided_at {whole},
  agrees {whole} check (agrees in (0, 1)),
  words text,
  steps text,
  idx {whole},
  primary key (client, ticket, round, person),
  foreign key (client, ticket) references review (client, ticket)
){table_end};
create index review_look_decided on review_look (decided_at, client, ticket);

-- Minutes a week that each reviewer has; one row, the provider's.
create table review_budget (
  client text not null primary key references client,
  minutes {whole} not null check (minutes > 0),
  set_at {whole} not null,
  set_by text not null
){table_end};
