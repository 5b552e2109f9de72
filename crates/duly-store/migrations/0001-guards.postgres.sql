-- What no verb does, no stray statement may do either.

create function duly_refuse() returns trigger language plpgsql as $$
begin raise exception 'duly: %', tg_argv[0]; end $$;

create trigger ticket_slot_is_fixed before update on ticket for each row
when (old.client is distinct from new.client or old.ticket is distinct from new.ticket
  or old.process is distinct from new.process or old.version is distinct from new.version
  or old.asset is distinct from new.asset or old.slot is distinct from new.slot
  or old.opens_at is distinct from new.opens_at or old.due_at is distinct from new.due_at
  or old.missed_at is distinct from new.missed_at
  or old.opened_at is distinct from new.opened_at)
execute function duly_refuse('the slot of a ticket never changes');

create trigger ticket_outcome_is_final before update on ticket for each row
when (old.outcome <> 'open' and (old.outcome is distinct from new.outcome
  or old.ended_at is distinct from new.ended_at))
execute function duly_refuse('the outcome of a ticket is final');

create trigger ticket_stays before delete on ticket for each row
execute function duly_refuse('a ticket is never removed');

create trigger entry_is_fixed before update on entry for each row
execute function duly_refuse('an entry is never changed');

create trigger entry_stays before delete on entry for each row
execute function duly_refuse('an entry is never removed');

create trigger checkpoint_is_fixed before update on checkpoint for each row
execute function duly_refuse('a checkpoint is never changed');

create trigger checkpoint_stays before delete on checkpoint for each row
execute function duly_refuse('a checkpoint is never removed');

create trigger log_only_grows before update on log for each row
when (new.client is distinct from old.client or new.origin is distinct from old.origin
  or new.size <= old.size)
execute function duly_refuse('a log only grows');

create trigger log_stays before delete on log for each row
execute function duly_refuse('a log is never removed');

create trigger snapshot_stays before delete on snapshot_seen for each row
execute function duly_refuse('what was seen stays seen');
