"""The first dates of recurrence rules as python-dateutil sees them.

Reads one JSON object a line, {"rule", "start", "until", "count"}, and prints for each one JSON
list of dates: at most `count`, none after `until`.
"""

import datetime
import itertools
import json
import sys

from dateutil import rrule

for line in sys.stdin:
    case = json.loads(line)
    start = datetime.datetime.fromisoformat(case["start"])
    until = case["until"].replace("-", "")
    # dateutil looks at UNTIL only when it has found a date; a rule that has none left would be
    # followed to the year 9999.
    datetime.MAXYEAR = int(until[:4])
    dates = rrule.rrulestr(f"{case['rule']};UNTIL={until}", dtstart=start)
    dates = itertools.islice(dates, case["count"])
    print(json.dumps([str(date.date()) for date in dates]))
