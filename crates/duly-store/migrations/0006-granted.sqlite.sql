-- What was granted before there was anything to ask.

insert into exception_ask(client, exception, process, asset, first_slot, last_slot, reason,
  asked_at, state, waived_by, decided_at)
select client, exception, json_extract(document, '$.process'), json_extract(document, '$.asset'),
  json_extract(document, '$.from'), json_extract(document, '$.to'),
  json_extract(document, '$.reason'), granted_at, 'granted', json_extract(document, '$.by'),
  granted_at
from exception;
