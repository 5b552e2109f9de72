-- What the pages ask for with every reading, so that it costs by what is owed and not by what there
-- ever was.

-- The queue in its own order: missed and owed first, then by due time. It holds every column that
-- the counts beside the filters need.
create index ticket_queue on ticket ((case when outcome = 'missed' then 0 else 1 end), due_at,
  client, ticket, outcome, slot, handed_to, rework_at, afterwards_at)
where (outcome in ('open', 'missed') and afterwards_at is null) or rework_at is not null;

-- The number in the foot of every page.
create index ticket_missed on ticket (client, outcome, afterwards_at)
where outcome = 'missed' and afterwards_at is null;

-- The equation of a period, from the index alone.
drop index ticket_by_slot;
create index ticket_by_slot on ticket (client, slot, outcome, ticket);

-- What closed without hands lately.
create index ticket_closed_by_itself on ticket (ended_at, client, outcome, closed_by)
where outcome = 'done' and closed_by is null;

-- The counts of the control board.
create index warning_open on warning (client, process, rule, acknowledged_at, cleared_at)
where cleared_at is null;
