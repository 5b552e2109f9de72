-- What measures came to, month by month. `counted_idx` names the entry that committed to a month's
-- readings, once every duty of it had ended; such a month is not counted again.
create table reading_month (
  client text not null references client,
  month text not null,
  due {whole} not null,
  done {whole} not null,
  late {whole} not null,
  missed {whole} not null,
  waived {whole} not null,
  open {whole} not null,
  counted_at {whole} not null,
  counted_idx {whole},
  -- What its report says in short, for the page over all clients; of the newest months only.
  summary text,
  primary key (client, month)
){table_end};

create table reading (
  client text not null,
  month text not null,
  process text not null,
  measure text not null,
  document text not null,
  primary key (client, month, process, measure),
  foreign key (client, month) references reading_month (client, month)
){table_end};

-- Where the limits of a measure start anew, by whose word and why.
create table baseline (
  client text not null references client,
  process text not null,
  measure text not null,
  month text not null,
  reason text not null,
  person text not null,
  set_at {whole} not null,
  primary key (client, process, measure, month)
){table_end};
