"""200 people at once against two web processes and a worker, with a plain Django list measured in the same run.

``python -m benchmarks.load [--people 200] [--seconds 30] [--json FILE]`` starts the product on a free port of this computer over the
database of SHEBER_VAR or SHEBER_DATABASE (a demonstration: people sign in with one click), drives it from this process, and stops it.
Each person has a session, opens pages of their role one after the other with a pause to read, and sometimes writes: the theme they
prefer. ``plain`` is a page with 100 rows of one table through the same processes (benchmarks/plain.py).
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
PAUSE_S = (1.0, 4.0)
PLAIN_SHARE = 0.15
WRITE_SHARE = 0.05
RAMP_S = 10.0
WARM_S = 10.0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Person(threading.Thread):
    """One session. Collects (page class, seconds, status) after ``counted_from``."""

    def __init__(self, port, user_id, pages, until, counted_from, seed):
        super().__init__(daemon=True)
        self.port, self.user_id, self.pages, self.until, self.counted_from = port, user_id, pages, until, counted_from
        self.lot = random.Random(seed)  # noqa: S311 - no secret is drawn
        self.cookies, self.seen, self.connection = {}, [], None

    def ask(self, name, method, path, body=None):
        begun = time.monotonic()
        status, text = 0, b""
        try:
            if self.connection is None:
                self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
            headers = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items()), "Accept-Language": "ru"}
            if body is not None:
                body = urlencode({**body, "csrfmiddlewaretoken": self.cookies.get("sheber_csrf", "")})
                headers |= {"Content-Type": "application/x-www-form-urlencoded"}
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text, status = answer.read(), answer.status
            for header in answer.headers.get_all("Set-Cookie") or ():
                key, _, value = header.split(";")[0].partition("=")
                self.cookies[key] = value
        except (OSError, HTTPException):
            self.connection = None
        if begun >= self.counted_from:
            self.seen.append((name, time.monotonic() - begun, status))
        return status, text

    def run(self):
        time.sleep(self.lot.random() * RAMP_S)
        self.ask("sign in", "GET", "/people/sign-in/")
        self.ask("sign in", "POST", f"/people/sign-in-as/{self.user_id}/", {})
        while time.monotonic() < self.until:
            chance = self.lot.random()
            if chance < PLAIN_SHARE:
                self.ask("plain", "GET", f"/plain/?page={self.lot.randint(1, 50)}")
            elif chance < PLAIN_SHARE + WRITE_SHARE:
                self.ask("write: preference", "POST", "/people/theme/", {"theme": self.lot.choice(["auto", "light", "dark"]), "next": "/"})
            else:
                name, path = self.lot.choice(self.pages)
                self.ask(name, "GET", path)
            time.sleep(self.lot.uniform(*PAUSE_S))


def cast(how_many):
    """(user id, pages) of ``how_many`` people: the personas of the tour in turn, those of the largest university too."""
    from benchmarks.pages import personas, things
    from sheber.apps.programmes.models import ProgrammeVersion
    from sheber.spine.people import access

    pages_of = {}
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
                                       ("evidence.view", "students", f"{base}students/")):
            pages += [(name, path)] * access.allowed(user, permission, place)
        for permission, name, path in (("evidence.view", "all students", "/students/"), ("audit.view", "audit", "/audit/"),
                                       ("person.view", "people", "/people/")):
            pages += [(name, path)] * bool(access.visible_paths(user, permission))
        pages_of[user.pk] = pages
    people = list(pages_of.items())
    return [people[n % len(people)] for n in range(how_many)]


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
    """Rows by page class, slowest last; the last row is everything but the plain page."""
    by_class = defaultdict(list)
    for name, took, status in seen:
        by_class[name].append((took * 1000, status))
        if name != "plain":
            by_class["all pages"].append((took * 1000, status))
    plain = statistics.median(took for took, _status in by_class["plain"]) if by_class["plain"] else float("nan")
    rows = []
    for name, found in sorted(by_class.items(), key=lambda pair: statistics.median(took for took, _status in pair[1])):
        times = sorted(took for took, _status in found)
        rows.append({"page": name, "requests": len(times), "per_s": round(len(times) / seconds, 1), "p50_ms": round(quantile(times, 0.5)),
                     "p95_ms": round(quantile(times, 0.95)), "p99_ms": round(quantile(times, 0.99)),
                     "errors": sum(status not in {200, 302, 303, 204} for _took, status in found),
                     "statuses": sorted({status for _took, status in found}), "times_plain": round(quantile(times, 0.5) / plain, 2)})
    return rows


def main(arguments):
    """Print the table; status 1 when a request failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--json", default="")
    args = parser.parse_args(arguments)
    from benchmarks.pages import setup

    setup()
    people = cast(args.people)
    port = free_port()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.plain_settings", "SHEBER_DEMONSTRATION": "1", "PYTHONUTF8": "1",
           "PYTHONPATH": str(ROOT), "SHEBER_PARENT": str(os.getpid())}
    children = [start(("serve", "--port", str(port), "--processes", "2", "--threads", "4"), env),
                start(("django", "db_worker", "--interval", "1", "--verbosity", "0"), env)]
    try:
        wait_until_up(port)
        counted_from = time.monotonic() + RAMP_S + WARM_S
        until = counted_from + args.seconds
        crowd = [Person(port, user_id, pages, until, counted_from, seed) for seed, (user_id, pages) in enumerate(people)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(args.seconds + 120)
    finally:
        for child in children:
            stop(child)
    rows = report([row for one in crowd for row in one.seen], args.seconds)
    print(f"{args.people} people, {args.seconds:.0f} s, 2 web processes and a worker, {os.cpu_count()} cores")
    print(f"{'page':<20} {'requests':>8} {'per s':>7} {'p50 ms':>7} {'p95 ms':>7} {'p99 ms':>7} {'errors':>6} {'× plain':>8}")
    for row in rows:
        print(f"{row['page']:<20} {row['requests']:>8} {row['per_s']:>7} {row['p50_ms']:>7} {row['p95_ms']:>7} {row['p99_ms']:>7} "
              f"{row['errors']:>6} {row['times_plain']:>8} {row['statuses'] if row['errors'] else ''}")
    if args.json:
        Path(args.json).write_text(json.dumps(rows, indent=1), "utf-8")
    return 1 if any(row["errors"] for row in rows) else 0


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
