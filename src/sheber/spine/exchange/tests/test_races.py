"""A file and a page at one moment: see :mod:`races`."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from . import races

SCRIPT = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from sheber.spine.exchange.tests.races import run_all
run_all()
"""


@pytest.mark.django_db(transaction=True)
def test_rows_stay_as_they_were_compared_until_they_are_written(tmp_path):
    """An SQLite database in memory is not shared by threads: a file is."""
    if connection.vendor != "sqlite":
        races.run_all()
        return
    env = {**os.environ, "SHEBER_DATABASE": f"sqlite:///{tmp_path / 'races.sqlite3'}", "LANG": "C",
           "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
