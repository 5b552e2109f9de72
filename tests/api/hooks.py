"""Puts ids that there are into the places of an address, so that more is asked than whether
nothing is found under a made-up one. DULY_KNOWN names them, as JSON."""

import itertools
import json
import os
import random
import re

import schemathesis

KNOWN = json.loads(os.environ["DULY_KNOWN"])
# Of ten requests, so many ask for what is there.
OF_TEN = 8


def chosen(name, value):
    """A known id in place of what was drawn; always the same one for the same draw."""
    draw = random.Random(f"{name}:{value!r}")
    known = KNOWN.get(name)
    if known and draw.randrange(10) < OF_TEN:
        return draw.choice(known)
    return value


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    for name in path_parameters or {}:
        path_parameters[name] = chosen(name, path_parameters[name])
    return path_parameters


NUMBERS = itertools.count(1)


@schemathesis.hook
def before_call(context, case, kwargs):
    """A fresh key for each request: what is drawn is nearly always the same one, and a second
    request under it is refused before anything else is looked at."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[!#-~]{1,255}|\"[!#-~]{1,255}\"", key):
        case.headers["Idempotency-Key"] = f"drawn-{os.getpid()}-{next(NUMBERS)}"


@schemathesis.hook
def map_query(context, query):
    if query and isinstance(query.get("client"), str):
        query["client"] = chosen("client", query["client"])
    return query


@schemathesis.hook
def map_body(context, body):
    """A revision that holds, and people and assets that there are."""
    if isinstance(body, dict):
        if isinstance(body.get("revision"), int) and not isinstance(body["revision"], bool):
            body["revision"] = body["revision"] % 2
        places = {"asset": "asset", "to": "person", "process": "process", "home": "client"}
        for name, kind in places.items():
            if isinstance(body.get(name), str):
                body[name] = chosen(kind, body[name])
    return body
