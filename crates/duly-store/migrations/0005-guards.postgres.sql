-- What no verb does, no stray statement may do either.

create trigger evidence_is_fixed before update on evidence for each row
execute function duly_refuse('evidence is never changed');

create trigger evidence_stays before delete on evidence for each row
execute function duly_refuse('evidence is never removed');
