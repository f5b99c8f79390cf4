"""``sheber worker`` as an operator runs it: a killed process is replaced, a request to stop ends all, ``--once`` does what waits."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sheber.site.cli import main

ROOT = Path(__file__).resolve().parents[3]


def children_of(pid):
    """Processes that have it as their parent, by what the system says of each."""
    found = []
    for place in Path("/proc").iterdir():
        if place.name.isdigit():
            try:
                if int((place / "stat").read_text().rsplit(")", 1)[1].split()[1]) == pid:
                    found.append(int(place.name))
            except (OSError, IndexError):
                continue
    return found


def until(true):
    ends = time.monotonic() + 20
    while not (found := true()):
        assert time.monotonic() < ends
        time.sleep(0.05)
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_a_killed_process_is_replaced_and_a_request_to_stop_ends_all(tmp_path):
    environment = {**os.environ, "SHEBER_VAR": str(tmp_path), "SHEBER_DATABASE": f"sqlite:///{tmp_path / 'none.sqlite3'}",
                   "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    watcher = subprocess.Popen([sys.executable, "-m", "sheber", "worker", "--language", "en"], env=environment, cwd=ROOT,
                               stderr=subprocess.PIPE, text=True)
    try:
        (first,) = until(lambda: children_of(watcher.pid))
        os.kill(first, signal.SIGKILL)
        (second,) = until(lambda: [pid for pid in children_of(watcher.pid) if pid != first])
        time.sleep(0.2)
        watcher.terminate()
        assert watcher.wait(15) == 0
        assert not Path(f"/proc/{second}").exists()
    finally:
        watcher.kill()
        told = watcher.communicate()[1]
    assert "ended with status -9" in told


@pytest.mark.django_db
def test_once_does_what_waits(capsys):
    from sheber.spine.jobs.models import Job
    from sheber.spine.jobs.tests.factories import make_job

    job = make_job()
    assert main(["worker", "--once", "--language", "en"]) == 0
    job.refresh_from_db()
    assert job.state == "done"
    assert not Job.objects.exclude(state="done").exists()
    assert "done" in capsys.readouterr().out


@pytest.mark.parametrize("count", ["0", "65"])
def test_processes_are_counted(count, capsys):
    assert main(["worker", "--processes", count, "--language", "en"]) == 2
    assert "Between 1 and 64" in capsys.readouterr().err
