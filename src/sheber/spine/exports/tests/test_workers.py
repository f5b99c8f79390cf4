"""Real workers: killed in the middle nothing half-written stays and the next one completes; eight times the rows take no more memory."""

import json
import os
import signal
import time
from pathlib import Path

import pytest

from sheber.kit.tests import stages

from .killing import LARGE, SMALL


@pytest.fixture
def stage(tmp_path):
    """A way to run what :mod:`.killing` does on a database and a folder of files of one's own."""
    with stages.stage("sheber.spine.exports.tests.killing", tmp_path) as begin:
        yield begin


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
