"""kill -9 of the web process in the middle of writes: what was answered is there, nothing is half-written, and sending again is safe."""

import pytest

from .writing import Script, evidence, table

PENDING = 3


def sent(place, name):
    """Requests of all kinds at once: observations, a cell of the matrix, a whole table."""
    world = place.world
    cell = ("PATCH", f"/api/v1/programmes/{world['programme']}/versions/{world['draft']}/matrix",
            {"edit_version": world["edit_version"], "changes": [
                {"course": "MAT1", "item": "1.1", "mode": "T", "level": 3 + (name == "answered")}]})
    _codes, *request, kind = table()
    return [*(Script(place.web, f"{name}-{n}", evidence(place)) for n in range(PENDING)), Script(place.web, f"{name}-cell", cell),
            Script(place.web, f"{name}-table", request, kind)]


@pytest.mark.parametrize("point", ["recorded", "answered"])
def test_killed_while_it_writes(place, point):
    """``recorded``: a change and its entry are written and not committed. ``answered``: all is committed, and nobody was told."""
    web = place.web.up()
    before = place.ledger()
    told = [Script(web, f"{point}-told-{n}", evidence(place)) for n in range(6)]
    for one in told:
        one.join()
    assert [one.answer.status for one in told] == [201] * 6
    with place.held(point) as come:
        scripts = sent(place, point)
        come(1)
        web.kill()
    for one in scripts:
        one.join()
    # A writer that waits for the one that is held may have been told that the database is busy; nobody was told that it is written.
    assert {one.answer and one.answer.status for one in scripts} <= {None, 503}, [one.answer and one.answer.body for one in scripts]
    after = place.ledger()
    kept = {one.answer.json["id"] for one in told}
    assert kept <= after.items
    assert before.items | kept <= after.items
    if point == "recorded":
        assert (after.items, after.nodes) == (before.items | kept, before.nodes), "what was not committed is not there"
        assert after.entries == before.entries + len(kept)
    # The keys of what was in hand are free after their lease: minutes that no test waits for.
    web.up()
    place.change("UPDATE integrations_keptanswer SET claimed_at = '2026-01-01 00:00:00+00:00' WHERE status IS NULL")
    first, second = [[one.again() for one in (*told, *scripts)] for _time in range(2)]
    assert [answer.status for answer in first] == [201] * (6 + PENDING) + [200, 200], first[-1].body
    assert [(answer.status, answer.body) for answer in second] == [(answer.status, answer.body) for answer in first]
    assert {answer.headers["Idempotency-Replayed"] for answer in second} == {"true"}
    assert [answer.json["id"] for answer in first[:6]] == [one.answer.json["id"] for one in told]
    end = place.ledger()
    assert len(end.items) == len(before.items) + 6 + PENDING, "each was written once, however often it was sent"
    assert len(end.nodes) == len(before.nodes) + 12
    place.world["edit_version"] = first[-2].json["edit_version"]
