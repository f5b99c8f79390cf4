"""No room left: refused with a plain sentence, nothing half-written, nothing left lying about, and all goes on when there is room.

No privileges are needed: no file of a process may grow beyond a size (RLIMIT_FSIZE), an SQLite file beyond so many pages (it says
SQLITE_FULL then, as on a full disk), and PostgreSQL is made to say what it says of a full disk (SQLSTATE 53100).
"""

import resource
import sqlite3
from contextlib import closing, contextmanager

from .conftest import IS_POSTGRESQL
from .writing import evidence, table, upload

LIMIT = 96 << 10
TRIGGER = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
RAISE EXCEPTION 'could not extend file "base/1/2": No space left on device' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON audit_auditentry FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@contextmanager
def full_database(place):
    if IS_POSTGRESQL:
        place.change(TRIGGER)
        try:
            yield
        finally:
            place.change("DROP FUNCTION no_room() CASCADE")
        return
    (place.folder / "pages").write_text("1")                        # SQLite takes the size it has when that is larger
    try:
        yield
    finally:
        (place.folder / "pages").unlink()


@contextmanager
def small_files(pids):
    """No file these processes write may grow beyond the limit."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    try:
        for pid, (_soft, hard) in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (LIMIT, hard))
        yield
    finally:
        for pid, both in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, both)


@contextmanager
def read_by_another(place):
    """Somebody has the database open: SQLite makes a file for its readers, which would find no room either."""
    if IS_POSTGRESQL:
        yield
        return
    with closing(sqlite3.connect(place.url.removeprefix("sqlite:///"))) as other:
        other.execute("SELECT count(*) FROM audit_auditentry").fetchone()
        yield


def test_the_ledger_cannot_grow(place):
    web = place.web.up()
    before, quiet_since = place.ledger(), len(web.lines)
    codes, *request, kind = table(40)
    written = set()
    with full_database(place):
        for _again in range(200):                                   # what is left in the last pages is used up first
            answer = web.ask(*evidence(place))
            if answer.status != 201:
                break
            written.add(answer.json["id"])
        assert (answer.status, answer.json["code"]) == (507, "no_room"), answer.body
        whole = web.ask(*request, content_type=kind, key="no-room")
        assert (whole.status, whole.json["code"]) == (507, "no_room"), whole.body
        assert web.ask("GET", "/people/sign-in/").status == 200, "what is there can be read"
        during = place.ledger()
        assert (during.items, during.nodes) == (before.items | written, before.nodes)
        told = "".join(web.lines[quiet_since:])
        assert "Traceback" not in told, told
        assert "there is no room to write" in told
    place.change("UPDATE integrations_keptanswer SET claimed_at = '2026-01-01 00:00:00+00:00' WHERE status IS NULL")
    assert web.ask(*request, content_type=kind, key="no-room").status == 200
    assert web.ask(*evidence(place)).status == 201
    assert set(codes) <= set(place.ledger().nodes.values())


def test_a_file_finds_no_room(place):
    """A small one, which fails in the store, and a large one, which fails while it is received."""
    web = place.web.up()
    before, quiet_since = place.ledger(), len(web.lines)
    small, large = (b"the same line again and again\n" * times for times in (10_000, 120_000))
    with small_files(web.pids()):
        for content, code in ((small, "store_full"), (large, "no_room")):
            method, address, body, kind = upload(place, content)
            answer = web.ask(method, address, body, content_type=kind)
            assert (answer.status, answer.json["code"]) == (507, code), answer
    assert left_over(place) == []
    assert place.query("SELECT count(*) FROM files_storedfile") == [(0,)]
    assert place.ledger().entries == before.entries
    assert "Traceback" not in "".join(web.lines[quiet_since:])
    for content in (small, large):
        method, address, body, kind = upload(place, content)
        assert web.ask(method, address, body, content_type=kind).status == 201
    assert sorted(size for size, in place.query("SELECT size FROM files_blob")) == [len(small), len(large)]
    assert left_over(place) == []


def left_over(place):
    """Drafts of the store, and what Django wrote while it received."""
    return [path.name for folder in ("files/.drafts", "tmp") for path in (place.folder / folder).glob("*")]


def test_a_backup_finds_no_room(place):
    folder = place.folder / "full"
    folder.mkdir()
    assert place.run("command", words=["backup", str(folder / "earlier.zip")]) == 0
    earlier = (folder / "earlier.zip").read_bytes()
    assert len(earlier) > LIMIT // 4
    with read_by_another(place):
        pid, to = place.fork("command", words=["backup", str(folder / "earlier.zip")], limit=len(earlier) // 2)
        assert place.wait(pid, to) == 2
    told = to.with_suffix(".log").read_text()
    assert "The backup was not written: File too large." in told
    assert "Traceback" not in told
    assert [path.name for path in folder.iterdir()] == ["earlier.zip"]
    assert (folder / "earlier.zip").read_bytes() == earlier
    assert place.run("command", words=["backup", str(folder / "later.zip")]) == 0
