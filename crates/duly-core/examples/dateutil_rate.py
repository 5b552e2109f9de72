"""How many dates a second of processor time python-dateutil gives, one round.

Reads one JSON object, {"rules", "start", "until", "repeat"}; prints the number of dates and the
seconds they took, without starting up.
"""

import datetime
import json
import sys
import time

from dateutil import rrule

request = json.load(sys.stdin)
start = datetime.datetime.fromisoformat(request["start"])
until = request["until"].replace("-", "")
dates = 0
begin = time.process_time()
for _ in range(request["repeat"]):
    for rule in request["rules"]:
        dates += len(list(rrule.rrulestr(f"{rule};UNTIL={until}", dtstart=start)))
print(dates, time.process_time() - begin)
