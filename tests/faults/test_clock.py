"""The clock is set back by an hour, and by a day: nobody is kept out, nothing waits for so long, and order is that of the ledger."""

import os
import signal
from itertools import pairwise

import pytest

from tools.demo_server import free_port

from .conftest import alive, until

HOUR, DAY = 3600, 86_400


@pytest.mark.parametrize("seconds", [HOUR, DAY])
def test_set_back_while_people_work(place, seconds):
    found = place.run("lived_through", seconds=seconds, closed_port=free_port())
    assert found["held"], "there was something to be kept out by"
    assert found["held_s"] is None or found["held_s"] <= 15 * 60, "nobody is kept out for longer than before"
    assert found["second_step"] == ["code", "code_wrong"], "a code of now is taken, and taken once"
    assert found["claim"] == "work", "what a process that died held is free again"
    assert found["sessions"] == [200, 200]
    assert found["token"] == 200
    assert found["invitation"]
    assert found["newer"] in found["current"]
    assert found["earlier"] not in found["current"]
    assert found["tried"] == [1, 1], "a message and a letter of before are sent now"
    assert found["sequences"] == sorted(found["sequences"], reverse=True)
    assert set(found["pages"].values()) == {200}
    assert found["negative"] == []
    # What was written later says an earlier time, and the chain of changes holds all the same (looked at after every test).
    times = [at for at, in place.query("SELECT at FROM audit_auditentry ORDER BY sequence")]
    assert any(after < before for before, after in pairwise(times))


def test_work_that_was_put_off_does_not_wait_for_the_clock(place):
    """It failed, is to be tried again in a moment, and then the clock goes back by a day."""
    (job,) = place.run("allot", codes=["LATER"], parent=place.world["faculty"])
    later = "now() + interval '200 ms'" if place.server else "strftime('%Y-%m-%d %H:%M:%f', 'now', '+200 ms')"
    place.change(f"UPDATE jobs_job SET due_at = {later}, wait_s = 0.2, attempts = 1 WHERE id = {job}")
    pid, _to = place.fork("worker_set_back", seconds=DAY)
    until(lambda: place.query(f"SELECT state FROM jobs_job WHERE id = {job}") == [("done",)])
    os.kill(pid, signal.SIGTERM)
    until(lambda: not alive(pid))
