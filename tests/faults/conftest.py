"""One installation for all faults: a database of the kind the tests run on, web processes as an operator starts them, and the ledger
as the database's own driver sees it, before and after."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing, contextmanager
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from tools.demo_server import free_port
from tools.postgres import own_postgres

ROOT = Path(__file__).resolve().parents[2]
IS_POSTGRESQL = os.environ.get("SHEBER_DATABASE", "").startswith("postgres")
collect_ignore = ["test_sqlite.py"] if IS_POSTGRESQL else ["test_postgresql.py"]
LONG_S = 60.0


def until(true, seconds=LONG_S):
    """What it gives as soon as it is true. The bound is for a machine that stands still, and says nothing of how fast it has to be."""
    ends = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < ends, "it never became so"
        time.sleep(0.02)
    return found


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"

    @property
    def json(self):
        return json.loads(self.body)


class Web:
    """``sheber serve`` with one process behind it, and whatever it wrote to its log."""

    def __init__(self, environment):
        self.environment, self.port, self.process, self.lines = environment, free_port(), None, []

    @property
    def log(self):
        return "".join(self.lines)

    def up(self):
        """Running and ready; it is started unless it is."""
        if self.process is None or self.process.poll() is not None:
            words = [sys.executable, "-m", "sheber", "serve", "--port", str(self.port)]
            self.process = subprocess.Popen(words, env=self.environment, cwd=ROOT, text=True, start_new_session=True,
                                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            # A pipe and a reader, and no file: the log stays readable where no file may grow.
            self.reader = threading.Thread(target=self.lines.extend, args=[self.process.stdout], daemon=True)
            self.reader.start()
            until(self._is_ready)
        return self

    def _is_ready(self):
        assert self.process.poll() is None, self.log
        try:
            return self.ask("GET", "/health/ready").status == 200
        except OSError:
            return False

    def kill(self):
        """kill -9 of everything that is of it."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(LONG_S)
        self.reader.join(LONG_S)
        self.process.stdout.close()

    def pids(self):
        """The processes that answer requests: children of the one that was started."""
        found = []
        for place in Path("/proc").iterdir():
            if place.name.isdigit():
                try:
                    if int((place / "stat").read_text().rsplit(")", 1)[1].split()[2]) == self.process.pid:
                        found.append(int(place.name))
                except (OSError, IndexError):
                    continue
        return found

    def ask(self, method, path, body=None, *, key="", content_type="application/json", headers=None):
        """One request; ``OSError`` when nobody answered it. As a script with its token below /api/, as anybody elsewhere."""
        more = {"Content-Type": content_type, **(headers or {})}
        if path.startswith("/api/"):
            more["Authorization"] = f"Bearer {self.environment['FAULTS_TOKEN']}"
        if key:
            more["Idempotency-Key"] = key
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=data, headers=more, method=method)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=LONG_S) as told:
                return Answer(told.status, told.headers, told.read())
        except urllib.error.HTTPError as told:
            with told:
                return Answer(told.code, told.headers, told.read())


class Place:
    """The installation."""

    def __init__(self, folder, url, server=None):
        self.folder, self.url, self.server, self.numbers = folder, url, server, 0
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHEBER_", "DJANGO_", "PROMETHEUS_"))}
        self.environment = {**kept, "SHEBER_DATABASE": url, "SHEBER_VAR": str(folder), "FAULTS": str(folder), "SHEBER_LANGUAGE": "en",
                            "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "SHEBER_CONFIRM_MINUTES": "0", "TMPDIR": str(folder / "tmp")}
        for name in ("assets", "static", "tmp"):
            (folder / name).mkdir()
        self.children = []
        self.errors = (folder / "nursery.log").open("w")
        self.nursery = subprocess.Popen([sys.executable, "-m", "tests.faults.nursery"], env=self.environment, cwd=ROOT, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)

    def fork(self, act, **given):
        """A child that does one thing: its number, and the file into which it tells what came of it."""
        self.numbers += 1
        to = self.folder / f"told-{self.numbers}"
        self.nursery.stdin.write(json.dumps({"fork": act, "to": str(to), **given}) + "\n")
        self.nursery.stdin.flush()
        told = self.nursery.stdout.readline()
        assert told, (self.folder / "nursery.log").read_text()[-4000:]
        self.children.append(int(told))
        return int(told), to

    def run(self, act, **given):
        return self.wait(*self.fork(act, **given))

    def wait(self, pid, to):
        """What a child tells at its end."""
        until(lambda: to.exists() or not alive(pid))
        assert to.exists(), to.with_suffix(".log").read_text()[-4000:]
        return json.loads(to.read_text())

    def query(self, sql):
        """By the driver, without any code of the product."""
        if IS_POSTGRESQL:
            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as connection:
            return connection.execute(sql).fetchall()

    def change(self, sql):
        if IS_POSTGRESQL:
            with psycopg.connect(self.url) as connection:
                connection.execute(sql)
            return
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as connection, connection:
            connection.execute(sql)

    @contextmanager
    def held(self, name):
        """While the block lasts, whoever comes to this point stays there. Gives a function that waits until so many are there."""
        (self.folder / f"at-{name}").unlink(missing_ok=True)
        (self.folder / f"hold-{name}").touch()

        def come(count=1):
            marks = self.folder / f"at-{name}"
            until(lambda: marks.exists() and len(marks.read_text().splitlines()) >= count)

        try:
            yield come
        finally:
            (self.folder / f"hold-{name}").unlink(missing_ok=True)

    def ledger(self):
        """What the database holds, compared with itself: every change has its entry, every entry its change, and the chain holds."""
        entries = self.query("SELECT sequence, verb, target_kind, target_id, previous_hash, entry_hash FROM audit_auditentry "
                             "ORDER BY sequence")
        assert [row[0] for row in entries] == list(range(1, len(entries) + 1)), "a number is missing in the record of changes"
        for before, after in pairwise(entries):
            assert after[4] == before[5], f"entry {after[0]} does not follow from the one before"
        ((sequence, digest),) = self.query("SELECT sequence, entry_hash FROM audit_audithead")
        assert (sequence, digest) == (entries[-1][0], entries[-1][5])
        items = {row[0] for row in self.query("SELECT id FROM evidence_evidenceitem")}
        nodes = {row[0]: row[1] for row in self.query("SELECT id, code FROM organisations_organisation")}
        told = Counter((row[1], row[3]) for row in entries)
        assert set(told.values()) <= {1} or all(verb.startswith(("programme.", "job.", "exchange.")) for (verb, _key), n in told.items()
                                                if n > 1), "something was recorded twice"
        recorded = {int(key) for verb, key in told if verb in {"evidence.recorded", "evidence.superseded", "evidence.withdrawn"}}
        made = {int(key) for verb, key in told if verb == "organisation.created"}
        assert (recorded <= items, made <= nodes.keys()) == (True, True), "an entry tells of what is not there"
        return Ledger(len(entries), items, recorded, nodes, made, told)


class Ledger:
    """``items`` and ``nodes`` are what is there, ``recorded`` and ``made`` what the record tells of them."""

    def __init__(self, entries, items, recorded, nodes, made, told):
        self.entries, self.items, self.recorded, self.nodes, self.made, self.told = entries, items, recorded, nodes, made, told

    def unrecorded(self):
        """What is there and nobody recorded: the world the test was given, and nothing later."""
        return self.items - self.recorded, self.nodes.keys() - self.made


def alive(pid):
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (OSError, IndexError):
        return False


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    with _database(folder) as (url, server):
        made = Place(folder, url, server)
        try:
            world = made.run("prepare")
            if server is not None:                                  # from here on what it acknowledges has to survive it
                server.stop("fast")
                server.durable = True
                server.start()
            made.world = world
            made.environment["FAULTS_TOKEN"] = world["token"]
            made.web = Web(made.environment)
            made.given = made.ledger().unrecorded()
            yield made
        finally:
            if getattr(made, "web", None) and made.web.process is not None and made.web.process.poll() is None:
                made.web.kill()
            for pid in made.children:
                if alive(pid):
                    os.kill(pid, signal.SIGKILL)
            made.nursery.stdin.close()
            made.nursery.wait(LONG_S)
            made.nursery.stdout.close()
            made.errors.close()


@contextmanager
def _database(folder):
    if IS_POSTGRESQL:
        with own_postgres() as server:
            yield server.url, server
    else:
        yield f"sqlite:///{folder / 'data.sqlite3'}", None


@pytest.fixture(autouse=True)
def _nothing_is_half_written(place):
    """After every fault, whatever the test looked at: the ledger is whole, by the driver and by the product's own proof."""
    yield
    for switch in ("hold-recorded", "hold-answered", "hold-archive", "hold-begun", "pages"):
        (place.folder / switch).unlink(missing_ok=True)
    after = place.ledger()
    assert after.unrecorded() == place.given
    assert place.run("verify")
