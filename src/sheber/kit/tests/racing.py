"""Races in tests: threads need a database that they share, and an SQLite database in memory is not shared. So there a process of
its own runs them over a file; on PostgreSQL they run where the test runs."""

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from django.db import connection

SCRIPT = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from {module} import run_all
run_all()
"""


def run_races(module: str, folder: Path) -> None:
    """Run ``run_all()`` of a module of tests; what it asserts there fails here. The calling test is ``django_db(transaction=True)``."""
    if connection.vendor != "sqlite":
        import_module(module).run_all()
        return
    env = {**os.environ, "SHEBER_DATABASE": f"sqlite:///{folder / 'races.sqlite3'}", "LANG": "C",
           "DJANGO_SETTINGS_MODULE": "sheber.site.settings.test"}
    done = subprocess.run([sys.executable, "-c", SCRIPT.format(module=module)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
