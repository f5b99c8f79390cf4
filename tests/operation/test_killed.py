"""``sheber restore`` killed at each of its steps: the database is wholly the old or wholly the new, says which, and a new start goes on.

One installation is killed at one point after another, so every start but the first begins where a killed one stopped. What the database
holds is read by the drivers alone.
"""

import signal
import subprocess
import sys

import pytest

from sheber.spine.operation.services.restore_note import STEPS

from .conftest import FIRST_ISSUE, HERE, ROOT
from .test_drill import SEALED, columns_of, listed, plain

OLD = {
    "sqlite": ("while tables are made", "files", "loading", "among the rows", "comparing", "proving", "migrating",
               "while tables move forward", "deriving", "committing", "between two names of a file"),
    "postgresql": ("while tables are made", "files", "loading", "among the rows", "comparing", "proving", "committing")}
"""Points at which the database is as it was."""
NEW = {"sqlite": ("ending",),
       "postgresql": ("after the commit", "migrating", "while tables move forward", "deriving", "ending", "before the mark goes")}
"""Points at which the archive is in it."""
CHANGES = SEALED | {"django_migrations", "search_state"}
"""What tells of the moment of the restore itself: times, salts, and hashes over them."""


def test_every_step_is_a_point():
    for kind, steps in STEPS.items():
        assert set(steps) <= {*OLD[kind], *NEW[kind]}


def name_of(place):
    name = place.url.rsplit("/", 1)[1]
    return name if HERE == "sqlite" else f"{name}@127.0.0.1"


def killed_at(point, place, *words):
    done = subprocess.run([sys.executable, "-m", "tests.operation.killed", point, "restore", *map(str, words)], env=place.environment,
                          cwd=ROOT, input=f"{name_of(place)}\n", capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, f"{point} was not reached: {done.stdout}{done.stderr}"


def tables_in(place):
    found = place.query("SELECT name FROM sqlite_master WHERE type = 'table'" if HERE == "sqlite" else
                        "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return sorted(name for name, in found)


def held(place, tables):
    """Table to its rows."""
    return {name: sorted(repr([plain(value) for value in row]) for row in place.query(
        f'SELECT {", ".join(f"{chr(34)}{one}{chr(34)}" for one in columns_of(place, name))} FROM "{name}"')) for name in tables}


def said_by_doctor(place):
    return next(one for one in place.json("doctor", status=2) if one["check"] == "restore")


@pytest.mark.slow                  # a restore for each of a dozen points: about a minute
def test_killed_at_each_step_the_database_is_wholly_the_old_or_wholly_the_new(make):
    place, other = make(HERE), make(HERE)
    # The old: tables of this version, with somebody whom the archive does not know. The new: what an unharmed restore makes.
    place.sheber("django", "migrate", "--verbosity", "0")
    place.sheber("users", "create", "before@university.example", "--name", "Before", "--no-password")
    other.sheber("restore", FIRST_ISSUE)
    other.sheber("backup", other.folder / "new.zip")
    tables = [name for name in listed(other.folder / "new.zip") if name not in CHANGES]
    new, old = held(other, tables), held(place, tables_in(place))
    assert new != {name: old[name] for name in new}

    for point in OLD[HERE]:
        killed_at(point, place, FIRST_ISSUE, "--replace")
        assert held(place, tables_in(place)) == old, point
        if point in {"files", OLD[HERE][-1]}:
            told = said_by_doctor(place)
            assert (told["state"], "as it was" in told["sentence"], "--replace" in told["todo"]) == ("bad", True, True), point
        assert (place.folder / "maintenance.json").exists(), point
    for number, point in enumerate(NEW[HERE]):
        killed_at(point, place, FIRST_ISSUE, *(() if number else ("--replace",)))
        rows = {name for name, in place.query("SELECT email FROM people_user")}
        assert "before@university.example" not in rows, point
        assert len(rows) == len(new["people_user"]), point
        assert len(held(place, ["evidence_evidenceitem"])["evidence_evidenceitem"]) == len(new["evidence_evidenceitem"]), point
        if point in {NEW[HERE][0], "ending"}:
            told = said_by_doctor(place)
            assert (told["state"], "its rows are in the database" in told["sentence"]) == ("bad", True), point
            assert "only the last steps are missing" in place.sheber("restore", "--give-up", status=2).stderr
        assert (place.folder / "maintenance.json").exists(), point
    done = place.json("restore", FIRST_ISSUE)
    assert done["gone_on"] is True
    assert held(place, tables) == new
    assert place.json("audit", "verify")["ok"]
    assert sorted(path.name for path in place.folder.glob("*.json")) == []
    assert not list(place.folder.glob("*.restoring*"))
    assert len(list(place.folder.glob("*-before-*"))) == (HERE == "sqlite")
    assert next(one for one in place.json("doctor", status=2) if one["check"] == "restore")["state"] == "ok"


@pytest.mark.slow
def test_a_restore_that_did_not_end_can_be_given_up(make):
    """Pages that were closed before it stay closed after it."""
    place = make(HERE)
    place.sheber("django", "migrate", "--verbosity", "0")
    assert "no restore" in place.sheber("restore", "--give-up").stdout
    for closed in (False, True):
        place.sheber("maintenance", "on" if closed else "off")
        killed_at("loading", place, FIRST_ISSUE, "--replace")
        assert "as it was" in place.sheber("restore", "--give-up").stdout
        assert ("are closed" in place.sheber("maintenance", "show").stdout) is closed
        assert not (place.folder / "restore.json").exists()
        assert not list(place.folder.glob("*.restoring*"))
