"""What people have shown, from figures that were computed before wherever these are of the same day and of the same ledger.

A snapshot says up to which item of the ledger it was computed. Rows are only ever added, so it holds as long as the person has none after
that one. Whoever's ledger has moved on since is computed anew at once, as long as these are few; when they are many, the figures of
before are given and the answer says so.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import numpy as np
from django.db import connection, transaction
from django.db.models import Max
from numpy.typing import NDArray

from sheber.engines.competence import Attainment, Method, attainment

from ..models import AttainmentSnapshot
from .arrays import PEOPLE_IN_A_QUERY, IntArray, columns

COMPUTED_AT_ONCE: Final = 250
"""So many people are computed while a page waits, about a tenth of a second; figures of more are taken as they were."""
WAITED_MS: Final = 5_000


@dataclass(frozen=True, slots=True)
class Shown:
    """Attainment of people. ``moved_on`` of them are told by older figures, the oldest computed ``as_of`` then; 0 when all are exact."""

    attainment: Attainment
    moved_on: int = 0
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Which snapshots of some people hold. ``place`` are places of ``figures``, shape (n,), -1 where there is none."""

    place: IntArray
    holds: NDArray[np.bool_]
    figures: NDArray[Any]


def asked_for(competence_ids: Sequence[int], method: Method) -> str:
    """The name under which figures of these competences, in this order and by this method, are kept."""
    return sha256(repr((list(map(int, competence_ids)), method)).encode()).hexdigest()[:32]


def layout(competences: int) -> np.dtype[Any]:
    """How the figures of one person stand in a snapshot."""
    levels = [(name, "<f8", (competences,)) for name in ("level", "low", "high", "standard_error")]
    return np.dtype([*levels, ("count", "<i4", (competences,))])


def computed(person_ids: Sequence[int] | IntArray, competence_ids: Sequence[int], *, on_day: dt.date, method: Method) -> Attainment:
    """Straight from the ledger. One query."""
    found = columns(person_ids=person_ids, competence_ids=competence_ids, until=on_day)
    return attainment(found.person, found.competence, found.level, found.observed_day, found.setting, n_people=len(person_ids),
                      n_competences=len(competence_ids), on_day=on_day.toordinal(), method=method)


def horizon() -> int:
    """An id of the ledger: every item up to it can be read from now on, and every item to come has a larger one.

    On PostgreSQL a number is drawn before its item can be seen, and a later one may be seen sooner. So whoever is adding at this moment is
    waited for, at most ``WAITED_MS``; nobody adds meanwhile. Raises ``OperationalError`` when it takes longer. One query on SQLite.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL lock_timeout = {WAITED_MS}")
            cursor.execute("LOCK TABLE evidence_evidenceitem IN SHARE MODE")
        cursor.execute("SELECT COALESCE(MAX(id), 0) FROM evidence_evidenceitem")
        return int(cursor.fetchone()[0])


def standing(person_ids: IntArray, competence_ids: Sequence[int], *, on_day: dt.date, method: Method) -> Standing:
    """Snapshots of people, and whether they hold: of that day, and no item has come since. Two queries, one more for each 10,000 people."""
    asked, rows = asked_for(competence_ids, method), []
    for start in range(0, person_ids.size, PEOPLE_IN_A_QUERY):
        part = person_ids[start:start + PEOPLE_IN_A_QUERY].tolist()
        with connection.cursor() as cursor:
            cursor.execute("SELECT person_id, measured_day, newest, figures FROM evidence_attainmentsnapshot "  # noqa: S608 - holes only
                           f"WHERE person_id IN ({', '.join(['%s'] * len(part))}) AND asked = %s", [*part, asked])
            rows += cursor.fetchall()
    kind = layout(len(competence_ids))
    rows = [row for row in rows if len(row[3]) == kind.itemsize]
    figures = np.frombuffer(b"".join(bytes(row[3]) for row in rows), dtype=kind)
    if not rows:
        return Standing(np.full(person_ids.size, -1), np.zeros(person_ids.size, dtype=np.bool_), figures)
    person, day, newest = np.array([row[:3] for row in rows], dtype=np.int64).T
    order = np.argsort(person)
    at = order[np.minimum(np.searchsorted(person[order], person_ids), len(rows) - 1)]
    there = person[at] == person_ids
    today = there & (day[at] == on_day.toordinal())
    came = _since(int(newest[at[today]].min())) if today.any() else np.empty((0, 2), dtype=np.int64)
    holds = today.copy()
    if came.size:
        last = came[np.minimum(np.searchsorted(came[:, 0], person_ids), len(came) - 1)]
        holds &= (last[:, 0] != person_ids) | (last[:, 1] <= newest[at])
    return Standing(np.where(there, at, -1), holds, figures)


def _since(newest: int) -> IntArray:
    """Person and newest item of everybody who got items after that one, by person, shape (n, 2). One query over these items only."""
    with connection.cursor() as cursor:
        # The sign keeps SQLite from walking through the index of all people for the sake of their order.
        cursor.execute("SELECT +person_id, MAX(id) FROM evidence_evidenceitem WHERE id > %s GROUP BY +person_id ORDER BY 1", [newest])
        return np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 2)


def looked_at(person_ids: Collection[int]) -> int:
    """An id up to which every item can be read, as the snapshots of these people know it; 0 when they have none. One query."""
    found = AttainmentSnapshot.objects.filter(person_id__in=list(person_ids)).aggregate(newest=Max("newest"))
    return int(found["newest"] or 0)


def came_since(newest: int, person_ids: Collection[int]) -> bool:
    """Whether any of these people got an item after that one. One query over the items since."""
    return not set(person_ids).isdisjoint(_since(newest)[:, 0].tolist())


def shown_by(person_ids: Sequence[int] | IntArray, competence_ids: Sequence[int], *, on_day: dt.date, method: Method) -> Shown:
    """Attainment of people on a day, rows in the order of ``person_ids``, columns in that of ``competence_ids``. Two to four queries.

    Figures are exact unless ``moved_on`` says otherwise. Raises ``ValueError`` when an id is given twice.
    """
    ids = np.asarray(person_ids, dtype=np.int64)
    if not ids.size or not len(competence_ids):
        return Shown(computed(ids, competence_ids, on_day=on_day, method=method))
    known = standing(ids, competence_ids, on_day=on_day, method=method)
    told = known.holds
    if (~told).sum() > COMPUTED_AT_ONCE:
        told = known.place >= 0
    old = told & ~known.holds
    table = np.zeros(ids.size, dtype=layout(len(competence_ids)))
    table[told] = known.figures[known.place[told]]
    if not told.all():
        fresh = computed(ids[~told], competence_ids, on_day=on_day, method=method)
        table[~told] = packed(fresh)
    as_of = None
    if old.any():
        as_of = AttainmentSnapshot.objects.filter(asked=asked_for(competence_ids, method), person_id__in=ids[old].tolist()).order_by(
            "computed_at").values_list("computed_at", flat=True).first()
    return Shown(Attainment(table["level"], table["low"], table["high"], table["standard_error"], table["count"], method.key),
                 int(old.sum()), as_of)


def packed(shown: Attainment) -> NDArray[Any]:
    """The figures as they stand in snapshots, one entry for each person."""
    table = np.zeros(shown.level.shape[0], dtype=layout(shown.level.shape[1]))
    for name in table.dtype.names or ():
        table[name] = getattr(shown, name)
    return table
