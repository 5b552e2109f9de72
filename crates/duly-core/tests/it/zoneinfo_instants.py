"""The instants of local times as Python's zoneinfo sees them.

Reads one JSON object, {"zones", "from", "to", "times"}, and prints one Unix second a line: for
each zone, each date from `from` to `to`, each time of day. A time that comes twice is its first
coming (fold=0), one that is skipped is counted with the offset from before the change.
"""

import datetime
import json
import sys
import zoneinfo

request = json.load(sys.stdin)
first = datetime.date.fromisoformat(request["from"])
last = datetime.date.fromisoformat(request["to"])
times = [datetime.time.fromisoformat(time) for time in request["times"]]
lines = []
for name in request["zones"]:
    zone = zoneinfo.ZoneInfo(name)
    for number in range(first.toordinal(), last.toordinal() + 1):
        date = datetime.date.fromordinal(number)
        for time in times:
            local = datetime.datetime.combine(date, time, tzinfo=zone)
            lines.append(str(int(local.timestamp())))
print("\n".join(lines))
