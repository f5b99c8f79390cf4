"""200 people at once against two web processes and a worker, with a plain Django list measured in the same run.

``python -m benchmarks.load [--people 200] [--seconds 45] [--json FILE]`` starts the product on a free port of this computer over the
database of SHEBER_VAR or SHEBER_DATABASE (a demonstration: people sign in with one click), drives it from this process, and stops it.
Each person has a session and opens pages of their role one after the other. Some search, and some write: the theme they prefer, an
item of evidence, a cell of the matrix of a draft. ``plain`` is a page with 100 rows of one table through the same processes
(benchmarks/plain.py).

It measures twice in one run. At work: everybody reads 10 to 30 seconds between pages, as people do. At the limit: nobody waits, so
there are always as many requests as people, and the figures say what the machine gives at most; times are then those of a queue.
A save of the matrix that somebody else was quicker with (409) is what the product promises and no error; it is counted by itself.
"""

import argparse
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
AT_WORK_S = (10.0, 30.0)
AT_THE_LIMIT_S = (0.0, 0.0)
PLAIN_SHARE = 0.15
THEME_SHARE = 0.02
SEARCH_SHARE = 0.05
WRITE_SHARE = 0.05
WORDS = ("ай", "металл", "сериков", "engineer", "Astana", "4.4")
GOOD = frozenset({200, 201, 202, 204, 302, 303})
CONFLICT = 409
RAMP_S = 10.0
WARM_S = 10.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Person(threading.Thread):
    """One session. Collects (page class, seconds, status) after ``counted_from``."""

    def __init__(self, port, user_id, role, phases, seed):
        """``phases`` are name, pause from and to in seconds, counted from and until when."""
        super().__init__(daemon=True)
        self.port, self.user_id, self.role, self.phases = port, user_id, role, phases
        self.lot = random.Random(seed)  # noqa: S311 - no secret is drawn
        self.cookies, self.seen, self.connection = {}, [], None

    def ask(self, name, method, path, body=None, as_json=False):
        begun = time.monotonic()
        status, text = 0, b""
        try:
            if self.connection is None:
                self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()), "Accept-Language": "ru"}
            if as_json:
                body = json.dumps(body)
                headers |= {"Content-Type": "application/json", "X-CSRFToken": self.cookies.get("sheber_csrf", "")}
            elif body is not None:
                body = urlencode({**body, "csrfmiddlewaretoken": self.cookies.get("sheber_csrf", "")})
                headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text, status = answer.read(), answer.status
            for header in answer.headers.get_all("Set-Cookie") or ():
                key, _, value = header.split(";")[0].partition("=")
                self.cookies[key] = value
        except (OSError, HTTPException):
            self.leave()
        phase = next((phase for phase, _pause, start, end in self.phases if start <= begun < end), "")
        if phase:
            self.seen.append((phase, name, time.monotonic() - begun, status))
        return status, text

    def leave(self):
        """Close the connection; the next request makes another."""
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def run(self):
        time.sleep(self.lot.random() * RAMP_S)
        self.ask("sign in", "GET", "/people/sign-in/")
        self.ask("sign in", "POST", f"/people/sign-in-as/{self.user_id}/", {})
        for _phase, pause, _start, end in self.phases:
            while time.monotonic() < end:
                self.act()
                time.sleep(min(self.lot.uniform(*pause), max(0.0, end - time.monotonic())))
        self.leave()

    def act(self):
        """One page, search or write, drawn by lot."""
        chance, role = self.lot.random(), self.role
        if chance < PLAIN_SHARE:
            self.ask("plain", "GET", f"/plain/?page={self.lot.randint(1, 50)}")
        elif (chance := chance - PLAIN_SHARE) < THEME_SHARE:
            self.ask("write: preference", "POST", "/people/theme/", {"theme": self.lot.choice(["auto", "light", "dark"]), "next": "/"})
        elif (chance := chance - THEME_SHARE) < SEARCH_SHARE:
            self.ask("search", "GET", "/search/?" + urlencode({"q": self.lot.choice(WORDS)}))
        elif chance - SEARCH_SHARE < WRITE_SHARE and role.get("evidence"):
            self.ask("write: evidence", "POST", "/api/v1/evidence", {**role["evidence"], "level": self.lot.randint(0, 10) / 2}, True)
        elif chance - SEARCH_SHARE < 2 * WRITE_SHARE and role.get("matrix"):
            self.set_a_cell(*role["matrix"])
        else:
            self.ask(*self.lot.choice(role["pages"]))

    def set_a_cell(self, path, course, items):
        """Read the matrix, then save one cell of it with the version that was read."""
        status, text = self.ask("matrix to write", "GET", path)
        if status == 200:
            change = {"course": course, "item": self.lot.choice(items), "mode": self.lot.choice("ITU"), "level": self.lot.randint(1, 4)}
            self.ask("write: matrix cell", "PATCH", path, {"edit_version": json.loads(text)["edit_version"], "changes": [change]},
                     as_json=True)


def cast(how_many):
    """(user id, role) of ``how_many`` people: the personas of the tour in turn, those of the largest university too.

    A role holds the pages as (name, method, path), and what is written with, where the person may write.
    """
    from benchmarks.pages import personas, things
    from sheber.apps.programmes.models import ProgrammeVersion
    from sheber.spine.people import access

    roles = {}
    for persona, user in personas().items():
        if user is None:
            continue
        known = things(user)
        base = f"/programmes/{known['programmes']['code']}/{known['programmes']['version']}/"
        pages = [("home", "/"), ("programmes", "/programmes/"), ("programme", base), ("competences", "/competences/CDIO/2.0/"),
                 ("organisations", "/organisations/")]
        place = ProgrammeVersion.objects.values_list("programme__organisation__path", flat=True).get(pk=known["programmes"]["version_id"])
        pages += [("own page", "/students/me/")] * 3 * (persona.removeprefix("large ") == "student")
        for permission, name, path in (("programme.view", "matrix", f"{base}matrix/"), ("gap.view", "gap", f"{base}gap/"),
                                       ("evidence.view", "students", f"{base}students/"),
                                       ("evidence.view", "by distance", f"{base}students/?sort=-short")):
            pages += [(name, path)] * access.allowed(user, permission, place)
        for permission, name, path in (("evidence.view", "all students", "/students/"), ("audit.view", "audit", "/audit/"),
                                       ("person.view", "people", "/people/")):
            pages += [(name, path)] * bool(access.visible_paths(user, permission))
        roles[user.pk] = {"pages": [(name, "GET", path) for name, path in pages]} | writes(user, known, place)
    people = list(roles.items())
    return [people[n % len(people)] for n in range(how_many)]


def writes(user, known, place):
    """What the person may write: evidence of a student of theirs, and a cell of a draft they may change."""
    from sheber.apps.programmes.models import Course, ProgrammeVersion
    from sheber.spine.people import access

    found = {}
    if access.allowed(user, "evidence.record", place):
        found["evidence"] = {"person_id": known["students"]["person_id"], "framework": "CDIO", "framework_version": "2.0",
                             "competence": "4.4", "setting": "course", "observed_on": "2026-05-20",
                             "source_kind": "programmes.assessment", "source_id": str(known["students"]["assessment_id"])}
    for draft in ProgrammeVersion.objects.filter(status="draft").select_related("programme__organisation").order_by("id")[:50]:
        course = Course.objects.filter(version=draft).order_by("id").first()
        if course is not None and access.allowed(user, "programme.edit", draft.programme.organisation.path):
            path = f"/api/v1/programmes/{draft.programme.code}/versions/{draft.version}/matrix"
            return found | {"matrix": (path, course.code, ("2.1", "3.1", "4.3", "4.4"))}
    return found


def start(arguments, env):
    command = [sys.executable, "-m", "sheber", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def stop(child):
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def quantile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]


def report(seen, seconds):
    """Rows by kind of request, slowest last; ``all pages`` is everything but the plain page."""
    by_class = defaultdict(list)
    for name, took, status in seen:
        by_class[name].append((took * 1000, status))
        if name != "plain":
            by_class["all pages"].append((took * 1000, status))
    plain = statistics.median(took for took, _status in by_class["plain"]) if by_class["plain"] else float("nan")
    rows = []
    for name, found in sorted(by_class.items(), key=lambda pair: statistics.median(took for took, _status in pair[1])):
        times = sorted(took for took, _status in found)
        may_conflict = {CONFLICT} if name == "write: matrix cell" else set()
        rows.append({"page": name, "requests": len(times), "per_s": round(len(times) / seconds, 1), "p50_ms": round(quantile(times, 0.5)),
                     "p95_ms": round(quantile(times, 0.95)), "p99_ms": round(quantile(times, 0.99)),
                     "errors": sum(status not in GOOD | may_conflict for _took, status in found) if name != "all pages" else 0,
                     "conflicts": sum(status == CONFLICT for _took, status in found) if may_conflict else 0,
                     "statuses": sorted({status for _took, status in found}), "times_plain": round(quantile(times, 0.5) / plain, 2)})
    total = sum(row["errors"] for row in rows)
    return [row | {"errors": total} if row["page"] == "all pages" else row for row in rows]


def drive(port, people, phases):
    """Let everybody act against the port. ``phases`` are name, pause and seconds; the answer is the rows of :func:`report` by phase."""
    at = time.monotonic() + RAMP_S + WARM_S
    plan = []
    for name, pause, seconds in phases:
        plan.append((name, pause, at, at + seconds))
        at += seconds
    crowd = [Person(port, user_id, role, plan, seed) for seed, (user_id, role) in enumerate(people)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(max(0.0, at - time.monotonic()) + 90)
    seen = [row for one in crowd for row in one.seen]
    return {name: report([row[1:] for row in seen if row[0] == name], seconds) for name, _pause, seconds in phases}


def verdict(found):
    """Status of the command: 1 when a request failed, or when none was made at all."""
    return 1 if any(not rows or any(row["errors"] for row in rows) for rows in found.values()) else 0


def main(arguments):
    """Print the tables; status 1 when a request failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=45.0, help="of people at work; a third of it more at the limit")
    parser.add_argument("--json", default="")
    args = parser.parse_args(arguments)
    from benchmarks.pages import setup

    setup()
    from django.db import connection

    people = cast(args.people)
    port = free_port()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.plain_settings", "SHEBER_DEMONSTRATION": "1", "PYTHONUTF8": "1",
           "PYTHONPATH": str(ROOT), "SHEBER_PARENT": str(os.getpid())}
    children = [start(("serve", "--port", str(port), "--processes", "2", "--threads", "4"), env),
                start(("worker",), env)]
    phases = (("at work", AT_WORK_S, args.seconds), ("at the limit", AT_THE_LIMIT_S, args.seconds / 3))
    try:
        wait_until_up(port)
        found = drive(port, people, phases)
    finally:
        for child in children:
            stop(child)
    print(f"{connection.vendor}, {args.people} people, 2 web processes and a worker, {os.cpu_count()} cores shared with these people")
    for name, pause, seconds in phases:
        print(f"\n{name}: {pause[0]:.0f}–{pause[1]:.0f} s between pages, measured for {seconds:.0f} s")
        print(f"{'page':<20} {'requests':>8} {'per s':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'errors':>6} {'× plain':>8}")
        for row in found[name]:
            more = f" conflicts: {row['conflicts']}" if row["conflicts"] else f" {row['statuses']}" if row["errors"] else ""
            print(f"{row['page']:<20} {row['requests']:>8} {row['per_s']:>7} {row['p50_ms']:>7} {row['p95_ms']:>7} {row['p99_ms']:>7} "
                  f"{row['errors']:>6} {row['times_plain']:>8}{more}")
    if args.json:
        Path(args.json).write_text(json.dumps(found, indent=1), "utf-8")
    return verdict(found)


def wait_until_up(port):
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/people/sign-in/")
            if connection.getresponse().status == 200:
                return
        except (OSError, HTTPException):
            pass
        time.sleep(0.1)
    raise SystemExit("the product did not start within 30 s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
