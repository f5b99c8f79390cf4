"""What the run of tests on PostgreSQL leaves out touches no database."""

import re
from pathlib import Path

from tools.test_run import NO_DATABASE

ROOT = Path(__file__).resolve().parents[2]
DATABASE = re.compile(r"django_db|transactional_db|SHEBER_DATABASE\b|make_user|\.objects\b")
OF_THE_RUNNER = {"tests/tools"}


def test_what_is_left_out_on_postgresql_touches_no_database():
    for name in sorted({*NO_DATABASE} - OF_THE_RUNNER):
        path = ROOT / name
        files = [path] if path.is_file() else sorted(path.rglob("*.py"))
        assert files, f"{name} is not there"
        assert [file.name for file in files if DATABASE.search(file.read_text("utf-8"))] == [], name
