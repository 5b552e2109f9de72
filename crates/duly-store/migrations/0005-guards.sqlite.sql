-- What no verb does, no stray statement may do either.

create trigger evidence_is_fixed before update on evidence
begin select raise(abort, 'duly: evidence is never changed'); end;

create trigger evidence_stays before delete on evidence
begin select raise(abort, 'duly: evidence is never removed'); end;
