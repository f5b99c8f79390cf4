"""kill -9 of workers while work is distributed among them, and of a backup. (A large import killed half-way:
``spine/exchange/tests/test_work.py``; leases, frozen workers and time limits: ``spine/jobs/tests/test_workers.py``.)"""

import os
import signal
import zipfile

from .conftest import alive, until

WORKS = 40


def test_no_work_is_lost_and_none_takes_effect_twice(place):
    """Workers are killed before the work of each begins, in the middle of its transaction, and wherever they happen to be."""
    codes = [f"W{number}" for number in range(WORKS)]
    before = place.ledger()
    jobs = place.run("allot", codes=codes, parent=place.world["faculty"])
    for point in ("begun", "recorded"):
        with place.held(point) as come:
            killed = [place.fork("worker")[0] for _worker in range(3)]
            # Where one holds the only pen of SQLite the others cannot come as far as their change.
            come(3 if point == "begun" else 1)
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            until(lambda: not any(alive(pid) for pid in killed))  # noqa: B023 - asked at once
    assert not set(codes) & set(place.ledger().nodes.values()), "nothing of what was interrupted is there"
    working = [place.fork("worker")[0] for _worker in range(3)]
    until(lambda: done(place, jobs) > WORKS // 4)
    os.kill(working[0], signal.SIGKILL)                             # wherever it is
    working.append(place.fork("worker")[0])
    until(lambda: done(place, jobs) == WORKS)
    for pid in working[1:]:
        os.kill(pid, signal.SIGTERM)
    until(lambda: not any(alive(pid) for pid in working))
    after = place.ledger()
    assert sorted(set(after.nodes.values()) - set(before.nodes.values())) == sorted(codes)
    assert after.entries == before.entries + WORKS, "each took effect once, with one entry"
    attempts = [number for number, in place.query(f"SELECT attempts FROM jobs_job WHERE id IN ({','.join(map(str, jobs))})")]
    assert sum(attempts) > WORKS, "nobody was killed in the middle"


def done(place, jobs):
    return place.query(f"SELECT count(*) FROM jobs_job WHERE state = 'done' AND id IN ({','.join(map(str, jobs))})")[0][0]


def test_a_backup_killed_in_the_middle_leaves_no_archive(place):
    """Nothing under its final name, the earlier one as it was, and the next one tidies up and is whole."""
    folder = place.folder / "archives"
    folder.mkdir()
    assert place.run("command", words=["backup", str(folder / "first.zip")]) == 0
    first = (folder / "first.zip").read_bytes()
    with place.held("archive") as come:
        pid, _to = place.fork("command", words=["backup", str(folder / "second.zip")])
        again, _to = place.fork("command", words=["backup", str(folder / "first.zip")])
        come(2)
        for one in (pid, again):
            os.kill(one, signal.SIGKILL)
        until(lambda: not alive(pid) and not alive(again))
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".")] == ["first.zip"]
    assert (folder / "first.zip").read_bytes() == first, "the one whose place it was to take is as it was"
    assert len(list(folder.glob(".*.part"))) == 2
    assert place.run("command", words=["backup", str(folder / "second.zip")]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["first.zip", "second.zip"], "what the killed ones left is gone"
    assert place.run("command", words=["backup", "verify", str(folder / "second.zip")]) == 0
    with zipfile.ZipFile(folder / "second.zip") as archive:
        rows = len(archive.read("tables/audit_auditentry.jsonl").splitlines())
    assert rows == place.ledger().entries
