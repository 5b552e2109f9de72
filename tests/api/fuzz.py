"""Starts duly as anybody would, makes a token on the page for it, sets up a client through the API
itself, and lets schemathesis ask everything that the served document describes.

DULY_BIN is the program, DULY_SCHEMATHESIS the program of that name. The seed is fixed and printed;
DULY_API_SEED draws another. Ends with a line that counts what was checked."""

import datetime
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid

import requests

HERE = os.path.dirname(os.path.abspath(__file__))
SEED = os.environ.get("DULY_API_SEED", "20261124")
# What one address is asked in each phase, and how long all of it may take together.
EXAMPLES_MAX = "15"
SECONDS_MAX = 110
READY_WITHIN_S = 60
# A slot opens at a full minute that lies ahead of its publication, and the worker looks soon after.
TICKET_WITHIN_S = 180

PROCESS = """duly: 1
process: api.look
title: Look at what programs can ask
why: So that there is a ticket to ask about.
effective: {date}
applies_to: {{ per: client }}
schedule:
  dates: [{date}]
  at: "{time}"
  tz: client
  due_within: 1 business day
  grace: 1 business day
roles: {{ does: technician, checks: manager, oversees: executive }}
checklist:
  - {{ id: look, do: Look at it, evidence: [note], gate: critical }}
  - {{ id: tell, do: Tell them, evidence: [note], gate: standard }}
quality_control:
  spot_check: {{ rate: 20%, at_least: 1 per technician per month }}
  rules:
    - missed: {{ severity: high }}
oversight:
  review: {{ every: month }}
  measures:
    - {{ id: done, good: duties.done, total: duties.due, window: 12 months, unit: ratio,
        better: up, target: 100% }}
"""


def started(folder):
    """duly, served, and the link that signs in once."""
    home = os.path.join(folder, "home")
    program = os.environ["DULY_BIN"]
    subprocess.run([program, "init", home], check=True, stderr=subprocess.DEVNULL)
    served = subprocess.Popen(
        [program, "serve", home, "--listen", "127.0.0.1:0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    said = ""
    end = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < end:
        line = served.stderr.readline()
        if not line:
            break
        said += line
        found = re.search(r"(http://\S+)/sign-in/([0-9a-f]{64})", said)
        if found:
            return served, found.group(1), found.group(0)
    served.kill()
    raise SystemExit(f"duly did not start:\n{said}")


def token_of(base, link):
    """A token with every scope, made on the page as a person makes it."""
    session = requests.Session()
    session.post(link, headers={"sec-fetch-site": "same-origin"}, timeout=10).raise_for_status()
    form = [("name", "schemathesis"), ("days", "1")]
    form += [("scope", scope) for scope in ("read", "work", "manage", "decide", "people")]
    page = session.post(
        f"{base}/account/tokens", data=form, headers={"sec-fetch-site": "same-origin"}, timeout=10
    )
    found = re.search(r"duly_[0-9a-f]{72}", page.text)
    if not found:
        raise SystemExit(f"no token was made: {page.status_code}\n{page.text}")
    return found.group(0)


class Api:
    """Asks with a token; whatever is not answered as it should be ends everything."""

    def __init__(self, base, token):
        self.base = f"{base}/api/v1"
        self.session = requests.Session()
        self.session.headers["authorization"] = f"Bearer {token}"

    def get(self, path):
        answer = self.session.get(self.base + path, timeout=30)
        if answer.status_code != 200:
            raise SystemExit(f"GET {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def post(self, path, body):
        key = {"idempotency-key": str(uuid.uuid4())}
        answer = self.session.post(self.base + path, json=body, headers=key, timeout=30)
        if answer.status_code not in (200, 201):
            raise SystemExit(f"POST {path}: {answer.status_code} {answer.text}")
        again = self.session.post(self.base + path, json=body, headers=key, timeout=30)
        if (again.status_code, again.text) != (answer.status_code, answer.text):
            raise SystemExit(f"POST {path}: another answer under the same key: {again.text}")
        return answer.json()


def set_up(api):
    """A client with something of each kind; the ids that there are, by the place they stand in."""
    baker = "/clients/baker"
    api.post("/clients", {"id": "baker", "name": "Baker", "tz": "UTC", "calendar": "weekends"})
    site = api.post(f"{baker}/assets", {"name": "shop", "kind": "site"})["id"]
    asset = api.post(
        f"{baker}/assets", {"name": "firewall", "kind": "firewall", "site": site}
    )["id"]
    ahead = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=75)
    text = PROCESS.format(date=ahead.date(), time=ahead.strftime("%H:%M"))
    draft = {"text": text, "clients": ["baker"]}
    proposed = api.post("/processes/proposal", draft)
    seen = [{"client": one["client"], "before": one["before"]} for one in proposed["clients"]]
    api.post("/processes", {"text": text, "clients": seen, "reason": "to be asked about"})
    day = str(ahead.date() + datetime.timedelta(days=7))
    exception = api.post(
        f"{baker}/exceptions", {"from": day, "to": day, "reason": "closed", "process": "api.look"}
    )["id"]
    ping = api.post(
        f"{baker}/pings", {"name": "job", "every_minutes": 60, "grace_minutes": 5, "asset": asset}
    )
    for path in ("/fail", "/start", ""):
        requests.post(ping["url"] + path, data="a line", timeout=10).raise_for_status()
    return {
        "client": ["baker", "provider"],
        "asset": [site, asset],
        "process": ["api.look"],
        "exception": [exception],
        "ping": [ping["id"]],
        "step": ["look", "tell"],
        "person": [api.get("/me")["person"]],
    }


def ticket(api):
    """The ticket whose time comes."""
    end = time.monotonic() + TICKET_WITHIN_S
    while time.monotonic() < end:
        tickets = api.get("/tickets?client=baker")["tickets"]
        if tickets:
            return tickets[0]["id"]
        time.sleep(2)
    raise SystemExit("no ticket was raised")


def main():
    with tempfile.TemporaryDirectory(prefix="duly-api-") as folder:
        served, base, link = started(folder)
        try:
            token = token_of(base, link)
            api = Api(base, token)
            known = set_up(api)
            known["ticket"] = [ticket(api)]
            print(f"schemathesis asks {base}, seed {SEED}", flush=True)
            run = subprocess.run(
                [
                    os.environ["DULY_SCHEMATHESIS"],
                    "--config-file",
                    os.path.join(HERE, "schemathesis.toml"),
                    "run",
                    f"{base}/api/v1/openapi.json",
                    "--seed",
                    SEED,
                    "--max-examples",
                    EXAMPLES_MAX,
                    "--checks",
                    "all",
                    # The token is put on every request from outside, so that none lacks it; that
                    # it must be there is what the check `ignored_auth` finds out.
                    "--exclude-checks",
                    "missing_required_header",
                    "--phases",
                    "examples,coverage,fuzzing",
                    "--header",
                    f"Authorization: Bearer {token}",
                    "--request-timeout",
                    "30",
                    "--continue-on-failure",
                    *sys.argv[1:],
                ],
                env={
                    **os.environ,
                    "DULY_KNOWN": json.dumps(known),
                    "SCHEMATHESIS_HOOKS": "hooks",
                    "PYTHONPATH": HERE,
                },
                cwd=folder,
                timeout=SECONDS_MAX + 60,
                check=False,
            )
            well = requests.get(f"{base}/healthz", timeout=10)
            if well.status_code != 200:
                raise SystemExit(f"duly is not well afterwards: {well.text}")
        finally:
            served.send_signal(signal.SIGTERM)
            ended = served.wait(timeout=30)
        if ended != 0:
            raise SystemExit(f"duly ended with {ended}")
        failed = int(run.returncode != 0)
        print(f"api: {1 - failed} passed, {failed} failed", flush=True)
        return run.returncode


if __name__ == "__main__":
    sys.exit(main())
