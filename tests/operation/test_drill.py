"""The restore drill: what went in comes out, from each database into each; and a database of the first issue moves forward.

What is compared is read by the drivers alone, so the checksums of the product are not their own witness.
"""

import datetime as dt
import json
import re
import signal
import subprocess
import sys
import time
import zipfile
from decimal import Decimal
from uuid import UUID

import pytest

from .conftest import FIRST_ISSUE, HERE, ROOT

MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")
DIRECTIONS = {"sqlite": [("sqlite", "sqlite")],
              "postgresql": [("sqlite", "postgresql"), ("postgresql", "postgresql"), ("postgresql", "sqlite")]}


def plain(value):  # noqa: PLR0911
    """A value as both drivers can be made to say it."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return int(value) if value == int(value) else float(value)
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, memoryview | bytes):
        return bytes(value).hex()
    if isinstance(value, str) and MOMENT.fullmatch(value):
        return dt.datetime.fromisoformat(value).replace(tzinfo=dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, str) and value[:1] in {"{", "["}:
        value = json.loads(value)
    if isinstance(value, dict | list):
        return json.dumps(value, sort_keys=True, ensure_ascii=False)
    return value


SEALED = {"audit_auditentry", "audit_audithead"}


def told_in(place):
    """What the record of changes tells, without salts and the hashes over them; of the entry that vouches for them, that it is there."""
    rows = place.query('SELECT sequence, actor_id, verb, target_kind, target_id, scope_path, "before", "after", reason, request_id, '
                       "previous_hash, entry_hash FROM audit_auditentry ORDER BY sequence")
    found = [[plain(value) for value in row] for row in rows]
    last = found.pop()
    assert last[2] == "audit.sealed"
    return found, last[:6]


def everything(place):
    """Table → its rows, every column of them, sorted."""
    place.sheber("backup", place.folder / "list.zip")
    found = {}
    for name in listed(place.folder / "list.zip"):
        columns = columns_of(place, name)
        rows = place.query(f'SELECT {", ".join(f"{chr(34)}{one}{chr(34)}" for one in columns)} FROM "{name}"')
        found[name] = sorted(repr([plain(value) for value in row]) for row in rows)
    return found


def manifest_of(archive):
    with zipfile.ZipFile(archive) as opened:
        return json.loads(opened.read("manifest.json"))


def listed(archive):
    return [one["name"] for one in manifest_of(archive)["tables"]]


def columns_of(place, table):
    if place.url.startswith("sqlite"):
        return sorted(row[1] for row in place.query(f"PRAGMA table_info({table})"))
    return sorted(row[0] for row in place.query(f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'"))


@pytest.mark.slow
@pytest.mark.parametrize(("source", "target"), DIRECTIONS[HERE])
def test_what_goes_in_comes_out(make, source, target):
    first, second = make(source), make(target)
    first.sheber("restore", FIRST_ISSUE)
    taken = first.json("backup", first.folder / "whole.zip")
    first.sheber("backup", "verify", first.folder / "whole.zip")
    restored = second.json("restore", first.folder / "whole.zip")
    assert restored["rows"] == taken["rows"] > 5000
    assert restored["migrated"] == 0
    before, after = everything(first), everything(second)
    assert before == after
    assert sum(map(len, before.values())) == taken["rows"]
    assert first.sheber("audit", "verify").stdout == second.sheber("audit", "verify").stdout       # the same head, and whole
    assert "audit_auditcheckpoint" not in before                       # where the record was last found whole is not carried along
    assert second.query("SELECT count(*) FROM audit_auditcheckpoint")[0][0] == 1
    again = second.json("backup", second.folder / "again.zip")
    assert again["audit"] == taken["audit"]
    one, two = (manifest_of(path)["tables"] for path in (first.folder / "whole.zip", second.folder / "again.zip"))
    assert one == two
    # Records are guarded as before, and new rows get numbers of their own.
    with pytest.raises(Exception, match="rows are only ever added"):
        second.query("DELETE FROM audit_auditentry WHERE sequence = 1")
    second.sheber("users", "create", "new@university.example", "--name", "New", "--no-password")
    newest, highest = second.query("SELECT max(id) FROM people_user")[0][0], first.query("SELECT max(id) FROM people_user")[0][0]
    assert newest > highest
    # A database that holds something is left alone, unless its name is typed.
    assert "--replace" in second.sheber("restore", first.folder / "whole.zip", status=2).stderr
    assert "name of the database" in second.sheber("restore", first.folder / "whole.zip", "--replace", typed="yes\n", status=2).stderr
    name = "data.sqlite3" if target == "sqlite" else second.url.rsplit("/", 1)[1] + "@127.0.0.1"
    second.sheber("restore", first.folder / "whole.zip", "--replace", typed=f"{name}\n")
    assert everything(second) == before
    assert second.query("SELECT count(*) FROM audit_auditcheckpoint")[0][0] == 0


@pytest.mark.slow
def test_the_first_issues_database_moves_forward(make):
    """Every row and column that was there is there, with the same values, after all migrations since."""
    manifest, place = manifest_of(FIRST_ISSUE), make(HERE)
    place.json("restore", FIRST_ISSUE)
    assert "No planned migration operations" in place.sheber("django", "migrate", "--plan").stdout
    now = {name for name, in place.query(
        "SELECT name FROM sqlite_master WHERE type = 'table'" if HERE == "sqlite" else "SELECT tablename FROM pg_tables")}
    with zipfile.ZipFile(FIRST_ISSUE) as archive:
        for table in manifest["tables"]:
            name, columns = table["name"], table["columns"]
            if name == "audit_audithead":                                      # moved on by the entry that vouches for older ones
                continue
            assert name in now, f"{name} is gone: say here where its rows went"
            assert set(columns) <= set(columns_of(place, name)), f"{name} lost a column: say here where its values went"
            were = sorted(repr([plain(spelled(value)) for value in json.loads(line)])
                          for line in archive.read(f"tables/{name}.jsonl").decode().splitlines())
            are = place.query(f'SELECT {", ".join(f"{chr(34)}{one}{chr(34)}" for one in columns)} FROM "{name}"')
            kept = {repr([plain(spelled(value)) for value in row]) for row in are}
            lost = [row for row in were if row not in kept]
            assert lost == [], f"{name}: {len(lost)} of {len(were)} rows changed"
            assert len(were) == table["rows"]
            if name not in {"auth_permission", "django_content_type"}:         # they grow with every new table
                assert len(are) == table["rows"] + (name == "audit_auditentry")
    last, digest = manifest["audit"]["sequence"], manifest["audit"]["hash"]
    assert place.query(f"SELECT verb, previous_hash FROM audit_auditentry WHERE sequence = {last + 1}") == [("audit.sealed", digest)]
    assert f"#{last + 1} " in place.sheber("audit", "verify").stdout


def spelled(value):
    """A moment as SQLite would say it; decimals as numbers (and codes like 2.3 too, on both sides)."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00", value):
        return value[:-6].replace("T", " ")
    if isinstance(value, str) and re.fullmatch(r"-?\d+\.\d+", value):
        return float(value)
    return value


@pytest.mark.slow
def test_killed_in_the_middle_the_database_is_as_it_was(make):
    """Of a file, wherever the tests run: on PostgreSQL the server undoes the transaction of a killed client."""
    place = make("sqlite")
    place.sheber("restore", FIRST_ISSUE)
    before, record = everything(place), told_in(place)
    words = [sys.executable, "-m", "sheber", "restore", str(FIRST_ISSUE), "--replace"]
    child = subprocess.Popen(words, env=place.environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    assert child.stdin is not None
    child.stdin.write(b"data.sqlite3\n")
    child.stdin.close()
    end = time.monotonic() + 60
    while not (place.folder / "data.sqlite3.restoring").exists() and time.monotonic() < end:
        time.sleep(0.005)
    time.sleep(0.1)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert (place.folder / "restore.json").exists(), "it ended before it was killed"
    assert (place.folder / "maintenance.json").exists()
    assert everything(place) == before
    told = place.json("doctor", status=2)
    assert [one["state"] for one in told if one["check"] == "restore"] == ["bad"]
    assert "did not end" in place.sheber("restore", FIRST_ISSUE, "--replace", typed="data.sqlite3\n").stderr
    # Restored anew, the entries of the first version are sealed anew, with other salts: the entry that vouches for them, hashes of the
    # sealed ones and salts differ, and nothing else.
    after = everything(place)
    assert {name: rows for name, rows in after.items() if name not in SEALED} == {
        name: rows for name, rows in before.items() if name not in SEALED}
    assert told_in(place) == record
    assert place.json("audit", "verify")["ok"]
    assert not list(place.folder.glob("*.restoring*"))
    assert not (place.folder / "maintenance.json").exists()
