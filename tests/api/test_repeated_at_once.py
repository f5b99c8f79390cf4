"""Many requests with one key at once: exactly one writes, on both databases."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from .racing import SENDERS, race

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, django
django.setup()
from django.core.management import call_command
from django.test.utils import setup_test_environment
setup_test_environment()
call_command("migrate", verbosity=0)
from tests.api import racing
print(json.dumps(racing.%s()))
"""


def process(path, what):
    """On an SQLite file, in a process of its own: the tests' database lies in memory, which several connections do not share well."""
    env = {**os.environ, "SHEBER_DATABASE": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    return subprocess.Popen([sys.executable, "-c", SCRIPT % what], env=env, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def in_file(path, what):
    running = process(path, what)
    told, wrong = running.communicate(timeout=120)
    assert running.returncode == 0, wrong[-2000:]
    return json.loads(told.splitlines()[-1])


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_write_once(tmp_path):
    found = in_file(tmp_path / "race.sqlite3", "race") if connection.vendor == "sqlite" else race()
    told = [tuple(one) for one in found["told"]]
    assert len(told) == SENDERS
    assert told.count((201, "")) == 1, told
    assert set(told) <= {(201, ""), (201, "true"), (409, "")}
    assert set(found["codes"]) <= {"request_in_flight"}
    assert (found["programmes"], found["entries"]) == (1, 1)


def test_a_process_killed_before_it_ends_leaves_nothing_and_the_next_does_it_once(tmp_path):
    path = tmp_path / "killed.sqlite3"
    doomed = process(path, "hang")
    try:
        assert doomed.stdout.readline() == "written 1\n"
    finally:
        doomed.kill()                                                # SIGKILL: nothing of it runs any more
        doomed.communicate()
    found = in_file(path, "after_the_kill")
    assert found == {"left": 0, "busy": 409, "told": [[201, ""], [201, "true"]], "programmes": 1, "entries": 1}
