"""The file of SQLite held by another program for longer than a writer waits: refused plainly, and all goes on when it lets go."""

import os
import sqlite3
from contextlib import closing

from .conftest import alive, until
from .outage import looked_at
from .writing import evidence


def opened(place):
    return closing(sqlite3.connect(place.url.removeprefix("sqlite:///"), isolation_level=None, timeout=0.05))


def test_another_program_writes_for_long(place):
    """Pages are read meanwhile; what is written is refused; the worker waits."""
    web = place.web.up()
    worker, to = place.fork("worker")
    until(lambda: place.query("SELECT name FROM jobs_worker"))
    before, quiet_since = place.ledger(), len(web.lines)
    with opened(place) as other:
        until(lambda: tried(other, "BEGIN IMMEDIATE"))
        looked_at(web, *evidence(place), reads=True)
        assert alive(worker)
    answer = web.ask(*evidence(place))
    assert answer.status == 201, answer.body
    assert "Traceback" not in "".join(web.lines[quiet_since:]), web.log
    (job,) = place.run("allot", codes=["AFTER-BUSY"], parent=place.world["faculty"])
    until(lambda: place.query(f"SELECT state FROM jobs_job WHERE id = {job}") == [("done",)])
    os.kill(worker, 15)
    until(lambda: not alive(worker))
    assert "Traceback" not in to.with_suffix(".log").read_text()
    assert place.ledger().items == before.items | {answer.json["id"]}


def test_nobody_gets_at_the_file(place):
    """Held alone, so that not even a page can be read."""
    web = place.web.up()
    before, quiet_since = place.ledger(), len(web.lines)
    with opened(place) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        until(lambda: tried(other, "BEGIN EXCLUSIVE"))
        looked_at(web, *evidence(place))
    assert web.ask("GET", "/health/ready").status == 200
    assert web.ask(*evidence(place)).status == 201
    told = "".join(web.lines[quiet_since:])
    assert "Traceback" not in told, told
    assert "the database is held by somebody else" in told
    assert len(place.ledger().items) == len(before.items) + 1


def tried(other, words):
    try:
        other.execute(words)
    except sqlite3.OperationalError:
        return False
    return True
