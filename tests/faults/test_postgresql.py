"""PostgreSQL stopped, and killed with kill -9 in the middle of writes: what was acknowledged is there, and web and worker recover by
themselves."""

import os

from .conftest import alive, until
from .outage import looked_at
from .writing import Script, evidence


def test_stopped_and_started_again(place):
    """Neither web nor worker is started again; nothing in their logs looks like a fault of the program."""
    web = place.web.up()
    worker, to = place.fork("worker")
    until(lambda: place.query("SELECT name FROM jobs_worker"))
    before, quiet_since = place.ledger(), len(web.lines)
    place.server.stop("fast")
    try:
        looked_at(web, *evidence(place))
        assert alive(worker)
    finally:
        place.server.start()
    answer = web.ask(*evidence(place))
    assert answer.status == 201, answer.body
    assert web.ask("GET", "/health/ready").status == 200
    assert "Traceback" not in "".join(web.lines[quiet_since:]), web.log
    assert "the database does not answer" in "".join(web.lines[quiet_since:])
    # Work that is asked for now is done by the worker that saw it all.
    (job,) = place.run("allot", codes=["AFTER"], parent=place.world["faculty"])
    until(lambda: place.query(f"SELECT state FROM jobs_job WHERE id = {job}") == [("done",)])
    assert place.run("verify")
    os.kill(worker, 15)
    until(lambda: not alive(worker))
    assert "Traceback" not in to.with_suffix(".log").read_text()
    end = place.ledger()
    assert end.items == before.items | {answer.json["id"]}


def test_killed_in_the_middle_of_writes(place):
    """kill -9 of the server and all its processes: no commit that was answered is lost, none that was not is half there."""
    web = place.web.up()
    worker, to = place.fork("worker")
    told = [Script(web, f"pg-told-{n}", evidence(place)) for n in range(6)]
    for one in told:
        one.join()
    before = place.ledger()
    with place.held("recorded") as come, place.held("begun") as begun:
        jobs = place.run("allot", codes=["K1", "K2", "K3"], parent=place.world["faculty"])
        begun(1)
        scripts = [Script(web, f"pg-{n}", evidence(place)) for n in range(3)]
        come(1)
        place.server.kill()
    for one in scripts:
        one.join()
    assert {one.answer.status for one in scripts} == {503}, [one.answer.body for one in scripts]
    place.server.start()
    assert place.ledger().items == before.items
    assert {one.answer.json["id"] for one in told} <= before.items
    place.change("UPDATE integrations_keptanswer SET claimed_at = '2026-01-01 00:00:00+00:00' WHERE status IS NULL")
    assert [one.again().status for one in (*told, *scripts)] == [201] * 9
    assert len(place.ledger().items) == len(before.items) + 3
    until(lambda: place.query(f"SELECT count(*) FROM jobs_job WHERE state = 'done' AND id IN ({','.join(map(str, jobs))})") == [(3,)])
    assert {"K1", "K2", "K3"} <= set(place.ledger().nodes.values())
    os.kill(worker, 15)
    until(lambda: not alive(worker))
    assert "Traceback" not in to.with_suffix(".log").read_text(), "a database that is gone is no fault of the work"
