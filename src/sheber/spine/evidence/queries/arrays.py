"""Current evidence as columns for the attainment engine; nothing is built for a row."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from sheber.engines.competence import SETTINGS

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
CHUNK_ROWS = 50_000
PEOPLE_IN_A_QUERY = 10_000
"""Below SQLite's limit of 32,766 variables. More people than this are told apart here instead: the table is read once."""


@dataclass(frozen=True, slots=True)
class EvidenceColumns:
    """Items that count, in the order in which they were recorded; arrays of shape (n,).

    ``person`` and ``competence`` are places in ``person_ids`` and ``competence_ids``, ``setting`` is a place in the engine's
    ``SETTINGS``, ``observed_day`` a proleptic ordinal (``date.toordinal()``), ``level`` 0 to 5, ``item_id`` the item itself.
    """

    person: IntArray
    competence: IntArray
    level: FloatArray
    observed_day: IntArray
    setting: IntArray
    item_id: IntArray
    person_ids: IntArray
    competence_ids: IntArray


def columns(*, person_ids: Sequence[int] | IntArray | None = None, competence_ids: Sequence[int] | IntArray | None = None,
            framework_id: int | None = None, until: dt.date | None = None) -> EvidenceColumns:
    """Every item that is neither superseded nor a withdrawal, of these people and competences, observed ``until`` that day.

    ``None`` takes everybody, or every competence (of the framework, when one is named), and the ids found come back sorted.
    One query; one for each 10,000 people when between 10,000 and the whole table are asked for. Raises ``ValueError`` when an id
    is given twice.
    """
    people, competences = _ids(person_ids, "person"), _ids(competence_ids, "competence")
    if (people is not None and not people.size) or (competences is not None and not competences.size):
        parts: list[FloatArray] = []
    else:
        parts = [part for where, values in _conditions(people, competences, framework_id, until) for part in _read(where, values)]
    table = np.concatenate(parts) if parts else np.empty((0, 6))
    table = table[np.argsort(table[:, 0], kind="stable")]
    whole = table[:, [0, 1, 2, 4, 5]].astype(np.int64)
    people = np.unique(whole[:, 1]) if people is None else people
    competences = np.unique(whole[:, 2]) if competences is None else competences
    person, is_wanted = _places(whole[:, 1], people)
    competence, is_wanted_too = _places(whole[:, 2], competences)
    kept = is_wanted & is_wanted_too
    return EvidenceColumns(person=person[kept], competence=competence[kept], level=table[kept, 3], observed_day=whole[kept, 3],
                           setting=whole[kept, 4], item_id=whole[kept, 0], person_ids=people, competence_ids=competences)


def _ids(given: Sequence[int] | IntArray | None, what: str) -> IntArray | None:
    if given is None:
        return None
    ids = np.asarray(given, dtype=np.int64)
    if np.unique(ids).size != ids.size:
        raise ValueError(f"a {what} is named twice")
    return ids


def _places(values: IntArray, ids: IntArray) -> tuple[IntArray, NDArray[np.bool_]]:
    """Place of each value in ``ids``, and whether it is there at all."""
    if not ids.size:
        return np.zeros(values.shape, dtype=np.int64), np.zeros(values.shape, dtype=np.bool_)
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids[order], values), ids.size - 1)
    place = order[at]
    return place.astype(np.int64), ids[place] == values


def _conditions(people: IntArray | None, competences: IntArray | None, framework_id: int | None,
                until: dt.date | None) -> Iterator[tuple[str, list[Any]]]:
    where, values = ["later.id IS NULL", "item.level IS NOT NULL"], []
    if competences is not None:
        where.append(f"item.competence_id IN ({_holes(competences.size)})")
        values += competences.tolist()
    if framework_id is not None:
        where.append("item.competence_id IN (SELECT id FROM competences_competence WHERE framework_id = %s)")
        values.append(framework_id)
    if until is not None:
        where.append("item.observed_on <= %s")
        values.append(until.isoformat())
    if people is None:
        yield " AND ".join(where), values
    elif people.size > PEOPLE_IN_A_QUERY:
        yield " AND ".join([*where, "item.person_id BETWEEN %s AND %s"]), [*values, int(people.min()), int(people.max())]
    else:
        yield " AND ".join([*where, f"item.person_id IN ({_holes(people.size)})"]), [*values, *people.tolist()]


def _read(where: str, values: list[Any]) -> Iterator[FloatArray]:
    """Parts of shape (n, 6): item, person, competence, level, day, setting. Numbers are made by the database, not row by row here."""
    is_sqlite = connection.vendor == "sqlite"
    day = "CAST(julianday(item.observed_on) - 1721424.5 AS INTEGER)" if is_sqlite else "item.observed_on - DATE '0001-01-01' + 1"
    level = "CAST(item.level AS REAL)" if is_sqlite else "CAST(item.level AS double precision)"
    setting = " ".join(f"WHEN '{name}' THEN {place}" for place, name in enumerate(SETTINGS))
    # Nothing below comes from outside: names, places and holes only.
    query = (f"SELECT item.id, item.person_id, item.competence_id, {level}, {day}, CASE item.setting {setting} END "  # noqa: S608
             "FROM evidence_evidenceitem item LEFT JOIN evidence_evidenceitem later ON later.supersedes_id = item.id "
             f"WHERE {where}")
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while rows := cursor.fetchmany(CHUNK_ROWS):
            yield np.array(rows, dtype=np.float64)


def _holes(how_many: int) -> str:
    return ", ".join(["%s"] * how_many)
