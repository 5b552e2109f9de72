#!/usr/bin/env python3
"""Writes the calendars in this directory from PyPI `holidays`, at development time.

    python3 -m venv /tmp/calendars && /tmp/calendars/bin/pip install holidays==0.109
    /tmp/calendars/bin/python generate.py

The program reads only the JSON files, so a change of the package changes nothing until somebody
runs this and reads the difference. Nationwide public holidays and their substitute days, in
jurisdictions whose dates follow from the Gregorian calendar, from Easter, or from a law that
lists them; none that waits for a sighting of the moon.
"""

import json
import pathlib

import holidays

VERSION = "0.109"
YEARS = range(2020, 2036)
JURISDICTIONS = {
    "austria": ("AT", None),
    "belgium": ("BE", None),
    "canada": ("CA", None),
    "denmark": ("DK", None),
    "england": ("GB", "ENG"),
    "finland": ("FI", None),
    "france": ("FR", None),
    "germany": ("DE", None),
    "ireland": ("IE", None),
    "italy": ("IT", None),
    "netherlands": ("NL", None),
    "new-south-wales": ("AU", "NSW"),
    "new-zealand": ("NZ", None),
    "northern-ireland": ("GB", "NIR"),
    "norway": ("NO", None),
    "poland": ("PL", None),
    "portugal": ("PT", None),
    "scotland": ("GB", "SCT"),
    "spain": ("ES", None),
    "sweden": ("SE", None),
    "us-federal": ("US", None),
    "wales": ("GB", "WLS"),
    "weekends": None,
}


def holidays_by_year(jurisdiction):
    """The dates of each year, in order; `weekends` has none in any year."""
    if jurisdiction is None:
        return {year: [] for year in YEARS}
    country, part = jurisdiction
    # One year more: New Year's Day may be kept on the last day of the year before.
    beyond = range(YEARS.start, YEARS.stop + 1)
    found = holidays.country_holidays(country, subdiv=part, years=beyond)
    return {year: sorted(str(day) for day in found if day.year == year) for year in YEARS}


def write(name, years):
    """One line a year, so that a difference can be read."""
    lines = [f'    "{year}": {json.dumps(dates)}' for year, dates in years.items()]
    text = '{\n  "id": %s,\n  "years": {\n%s\n  }\n}\n' % (json.dumps(name), ",\n".join(lines))
    pathlib.Path(__file__).with_name(f"{name}.json").write_text(text)


if __name__ == "__main__":
    if holidays.__version__ != VERSION:
        raise SystemExit(f"wants holidays {VERSION}, found {holidays.__version__}")
    for name, jurisdiction in JURISDICTIONS.items():
        write(name, holidays_by_year(jurisdiction))
