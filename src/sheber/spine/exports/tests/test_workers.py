"""Real workers: killed in the middle nothing half-written stays and the next one completes; eight times the rows take no more memory."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from .killing import LARGE, SMALL

SERVER = os.environ.get("SHEBER_DATABASE", "")


@pytest.fixture
def stage(tmp_path):
    """A way to run what :mod:`.killing` does on a database and a folder of files of one's own."""
    name = f"exports_{os.getpid()}"
    url = f"sqlite:///{tmp_path / 'exports.sqlite3'}"
    if SERVER.startswith("postgres"):
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{name}"')
        url = urlsplit(SERVER)._replace(path=f"/{name}").geturl()
    environment = {**os.environ, "SHEBER_DATABASE": url, "SHEBER_VAR": str(tmp_path),
                   "KILL_TRACE": str(tmp_path / "trace"), "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    environment.pop("SHEBER_FILES", None)
    began = []

    def begin(*words):
        began.append(subprocess.Popen([sys.executable, "-m", "sheber.spine.exports.tests.killing", *words], env=environment, text=True,
                                      stdout=subprocess.PIPE, cwd=Path(__file__).resolve().parents[5]))
        return began[-1]

    begin.trace = tmp_path / "trace"
    yield begin
    for process in began:
        process.kill()
        process.communicate()
    if SERVER.startswith("postgres"):
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def told(stage):
    out, _errors = stage("count").communicate(timeout=120)
    return json.loads(out)


def until(stage, true, seconds=240.0):
    ends = time.monotonic() + seconds
    while not true(now := told(stage)):
        assert time.monotonic() < ends, f"it took too long: {now}"
    return now


def peak_kb(process):
    """The most memory the process ever held, as the kernel counts it."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


@pytest.mark.slow     # a dozen processes that each start Django, a lease that runs out, thousands of rows
def test_a_killed_worker_leaves_nothing_and_the_next_one_completes_in_memory_that_does_not_grow(stage):
    assert stage("prepare").wait(300) == 0
    assert stage("ask", "LARGE", "csv").wait(120) == 0
    first = stage("stand")
    ends = time.monotonic() + 240
    while not stage.trace.exists():
        assert time.monotonic() < ends
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.wait(10)
    after = told(stage)
    assert 0 < after["done"] <= LARGE // 2, "killed in the middle"
    assert (after["rows"], after["contents"], after["drafts"], after["faults"]) == (None, 0, 0, 0), "no half file under any name"
    second = stage("work")
    end = until(stage, lambda now: now["state"] == "done")
    large = peak_kb(second)
    second.terminate()
    assert (end["rows"], end["lines"], end["contents"], end["faults"], end["drafts"]) == (LARGE, LARGE + 1, 1, 0, 0)
    assert end["attempts"] >= 2, "another attempt"
    assert stage("ask", "SMALL", "csv").wait(120) == 0
    third = stage("work")
    assert until(stage, lambda now: now["state"] == "done")["rows"] == SMALL
    small = peak_kb(third)
    assert large < 1.15 * small, f"{LARGE} rows took {large} kB, {SMALL} took {small} kB"
