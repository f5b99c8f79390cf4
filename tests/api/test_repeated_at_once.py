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
from tests.api.racing import race
print(json.dumps(race()))
"""


def in_file(path):
    """On an SQLite file, in a process of its own: the tests' database lies in memory, which several connections do not share well."""
    env = {**os.environ, "SHEBER_DATABASE": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.django_db(transaction=True)
def test_twelve_at_once_write_once(tmp_path):
    found = in_file(tmp_path / "race.sqlite3") if connection.vendor == "sqlite" else race()
    told = [tuple(one) for one in found["told"]]
    assert len(told) == SENDERS
    assert told.count((201, "")) == 1, told
    assert set(told) <= {(201, ""), (201, "true"), (409, "")}
    assert set(found["codes"]) <= {"request_in_flight"}
    assert (found["programmes"], found["entries"]) == (1, 1)
