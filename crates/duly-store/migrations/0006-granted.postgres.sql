-- What was granted before there was anything to ask.

insert into exception_ask(client, exception, process, asset, first_slot, last_slot, reason,
  asked_at, state, waived_by, decided_at)
select client, exception, document::json->>'process', document::json->>'asset',
  document::json->>'from', document::json->>'to', document::json->>'reason', granted_at, 'granted',
  document::json->>'by', granted_at
from exception;
