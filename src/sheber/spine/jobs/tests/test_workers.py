"""Several real workers on one database, some of them killed: each work is done, by one worker at a time.

Whether two ran at once is read from traces the handlers leave in a file; how works ended is read by the driver.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[5]
SERVER = os.environ.get("SHEBER_DATABASE", "")


class Stage:
    """A database of one's own, of the kind the tests run on, and processes on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.children = folder, []
        self.name = f"jobs_{os.getpid()}"
        if SERVER.startswith("postgres"):
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
                server.execute(f'CREATE DATABASE "{self.name}"')
            self.url = urlsplit(SERVER)._replace(path=f"/{self.name}").geturl()
        else:
            self.url = f"sqlite:///{folder / 'jobs.sqlite3'}"
        self.environment = {**os.environ, "SHEBER_DATABASE": self.url, "SHEBER_VAR": str(folder), "RACE_TRACES": str(folder),
                            "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
        (folder / "traces").touch()
        self.errors = (folder / "errors").open("w")
        self.server = subprocess.Popen([sys.executable, "-m", "sheber.spine.jobs.tests.racing"], env=self.environment, cwd=ROOT, text=True,
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)

    def ask(self, *words):
        self.server.stdin.write(" ".join(words) + "\n")
        self.server.stdin.flush()
        told = self.server.stdout.readline()
        assert told, (self.folder / "errors").read_text()[-3000:]
        return [int(one) for one in told.split()]

    def make(self, kind, count):
        """Ids of new works."""
        return self.ask("make", f"race.{kind}={count}")

    def workers(self, count, command="worker"):
        """Numbers of new worker processes."""
        new = [self.ask(command)[0] for _ in range(count)]
        self.children += new
        return new

    def end(self):
        """No worker is left, and nothing of what they did."""
        for pid in self.children:
            if alive(pid):
                os.kill(pid, signal.SIGKILL)
        self.until(lambda: not any(map(alive, self.children)))
        self.children.clear()
        for table in ("job", "worker", "schedule"):
            self.execute(f"DELETE FROM jobs_{table}")
        (self.folder / "traces").write_text("")

    def query(self, sql):
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "jobs.sqlite3", timeout=20)) as connection:
                return connection.execute(sql).fetchall()
        with psycopg.connect(self.url) as connection:
            return connection.execute(sql).fetchall()

    def execute(self, sql):
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.folder / "jobs.sqlite3", timeout=20)) as connection:
                connection.execute(sql)
                connection.commit()
            return
        with psycopg.connect(self.url) as connection:
            connection.execute(sql)

    def states(self):
        return Counter(state for state, in self.query("SELECT state FROM jobs_job"))

    def until(self, true, seconds=20.0):
        ends = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < ends, (self.states(), self.traces()[-6:])
            time.sleep(0.03)

    def traces(self):
        """Moment, process, work and what, in the order written."""
        return [(float(at), int(pid), int(job), what) for at, pid, job, what in
                (line.split() for line in (self.folder / "traces").read_text().splitlines())]

    def close(self):
        self.server.stdin.close()
        self.server.wait(10)
        self.server.stdout.close()
        self.errors.close()
        if SERVER.startswith("postgres"):
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    one = Stage(tmp_path_factory.mktemp("race"))
    yield one
    one.close()


@pytest.fixture(autouse=True)
def _empty(stage):
    yield
    stage.end()


def spans(traces):
    """Begin and end of each run, by process; a run that was killed ends with nothing."""
    open_, found = {}, []
    for at, pid, job, what in traces:
        if what == "begin":
            open_[pid] = (job, at)
        else:
            begun, since = open_.pop(pid)
            assert begun == job
            found.append((job, since, at))
    return found


def test_four_workers_do_each_work_once(stage):
    """Also works of an exclusive kind, which never overlap."""
    short, alone = stage.make("short", 24), stage.make("alone", 8)
    stage.workers(4)
    stage.until(lambda: stage.states() == {"done": len(short) + len(alone)})
    done = spans(stage.traces())
    assert sorted(job for job, _since, _at in done) == sorted(short + alone)
    assert len({pid for _at, pid, _job, _what in stage.traces()}) > 1, "one worker did it all: nothing raced"
    lonely = sorted((since, at) for job, since, at in done if job in set(alone))
    assert all(at <= since for (_, at), (since, _) in pairwise(lonely))
    assert {attempts for attempts, in stage.query("SELECT attempts FROM jobs_job")} == {1}


def test_killed_workers_lose_nothing_and_their_work_is_never_run_twice_at_once(stage):
    long = stage.make("long", 2)
    first = stage.workers(2)
    stage.until(lambda: len(stage.traces()) == 2)
    for pid in first:
        os.kill(pid, signal.SIGKILL)
    stage.workers(2)
    stage.until(lambda: stage.states() == {"done": 2})
    ends = [(pid, job) for _at, pid, job, what in stage.traces() if what == "end"]
    assert sorted(job for _pid, job in ends) == long
    assert not {pid for pid, _job in ends} & set(first)
    assert stage.query("SELECT attempts, error_code FROM jobs_job") == [(2, "")] * 2


def test_a_frozen_worker_that_wakes_is_stopped_and_changes_nothing(stage):
    stage.make("long", 1)
    (frozen,) = stage.workers(1)
    stage.until(stage.traces)
    os.kill(frozen, signal.SIGSTOP)
    stage.workers(1)
    stage.until(lambda: len(stage.traces()) == 2)                       # the other has begun it
    os.kill(frozen, signal.SIGCONT)
    stage.until(lambda: stage.states() == {"done": 1})
    time.sleep(0.3)
    ends = [pid for _at, pid, _job, what in stage.traces() if what == "end"]
    assert frozen not in ends
    assert len(ends) == 1
    assert alive(frozen), "the worker itself goes on"
    ((attempts, result),) = stage.query("SELECT attempts, result FROM jobs_job")
    assert attempts == 2
    assert str(ends[0]) in str(result)


def test_sigterm_gives_back_what_cannot_end_in_time(stage):
    stage.make("long", 1)
    (asked,) = stage.workers(1)
    stage.until(stage.traces)
    begun = time.monotonic()
    os.kill(asked, signal.SIGTERM)
    stage.until(lambda: not alive(asked))
    assert time.monotonic() - begun < 3
    assert stage.traces()[-1][3] == "left"
    assert stage.query("SELECT state, attempts FROM jobs_job") == [("waiting", 0)]
    assert stage.query("SELECT name FROM jobs_worker") == []


def test_a_handler_that_does_not_look_is_stopped_by_its_time_limit(stage):
    stage.make("deaf", 1)
    stage.workers(1)
    stage.until(lambda: stage.query("SELECT error_code FROM jobs_job") == [("timed_out",)], 4)
    assert stage.query("SELECT state, attempts FROM jobs_job") == [("waiting", 1)]


def test_progress_is_seen_and_cancel_is_heeded(stage):
    stage.make("long", 1)
    stage.workers(1)
    stage.until(lambda: stage.query("SELECT progress_done FROM jobs_job")[0][0] > 2)
    stage.execute("UPDATE jobs_job SET cancel_asked_at = started_at")
    stage.until(lambda: stage.states() == {"cancelled": 1}, 2)
    assert [what for *_rest, what in stage.traces()] == ["begin"]


def test_recurring_work_is_started_once_by_three_workers(stage):
    stage.workers(3, "recurring")
    stage.until(lambda: stage.query("SELECT COUNT(*) FROM jobs_schedule")[0][0] > 0 and "done" in stage.states())
    time.sleep(0.5)
    kinds = Counter(kind for kind, in stage.query("SELECT kind FROM jobs_job"))
    assert kinds["jobs.tidy"] == 1
    assert set(kinds.values()) == {1}
