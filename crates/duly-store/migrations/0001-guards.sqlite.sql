-- What no verb does, no stray statement may do either.

create trigger ticket_slot_is_fixed before update on ticket
when old.client is not new.client or old.ticket is not new.ticket
  or old.process is not new.process or old.version is not new.version
  or old.asset is not new.asset or old.slot is not new.slot
  or old.opens_at is not new.opens_at or old.due_at is not new.due_at
  or old.missed_at is not new.missed_at or old.opened_at is not new.opened_at
begin select raise(abort, 'duly: the slot of a ticket never changes'); end;

create trigger ticket_outcome_is_final before update on ticket
when old.outcome <> 'open' and (old.outcome is not new.outcome or old.ended_at is not new.ended_at)
begin select raise(abort, 'duly: the outcome of a ticket is final'); end;

create trigger ticket_stays before delete on ticket
begin select raise(abort, 'duly: a ticket is never removed'); end;

create trigger entry_is_fixed before update on entry
begin select raise(abort, 'duly: an entry is never changed'); end;

create trigger entry_stays before delete on entry
begin select raise(abort, 'duly: an entry is never removed'); end;

create trigger checkpoint_is_fixed before update on checkpoint
begin select raise(abort, 'duly: a checkpoint is never changed'); end;

create trigger checkpoint_stays before delete on checkpoint
begin select raise(abort, 'duly: a checkpoint is never removed'); end;

create trigger log_only_grows before update on log
when new.client is not old.client or new.origin is not old.origin or new.size <= old.size
begin select raise(abort, 'duly: a log only grows'); end;

create trigger log_stays before delete on log
begin select raise(abort, 'duly: a log is never removed'); end;

create trigger snapshot_stays before delete on snapshot_seen
begin select raise(abort, 'duly: what was seen stays seen'); end;
