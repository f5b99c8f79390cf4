"""The statement that finds: for each kind the reader may see, the entries that have every word, the best first, and how many there are.

Written by hand, because Django cannot cut the parts of a union on SQLite. The same text runs on both databases. Every value is a
parameter; names of tables are our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

LAST: Final = "\U0010ffff"
"""Greater than every letter: words that begin with ``w`` lie from ``w`` to ``w + LAST``."""
PROBE: Final = 2_000

_HAS: Final = "SELECT 1 FROM search_word o WHERE o.entry_id = w.entry_id AND o.word >= %s AND o.word < %s"
_RANK: Final = "MIN(CASE WHEN w.is_inner THEN 2 WHEN w.word = %s THEN 0 ELSE 1 END)"
_BELOW: Final = ("SELECT 1 FROM search_place p WHERE p.entry_id = {entry} "
                 "AND p.organisation_id IN (SELECT g.id FROM organisations_organisation g WHERE {paths})")


@dataclass(frozen=True, slots=True)
class Seen:
    """What of a kind a reader may see: everything (``paths`` is ``None``), what stands at or below ``paths``, and what is their own.
    ``homeless``: also what stands nowhere."""

    kind: str
    paths: tuple[str, ...] | None
    own: str | None = None
    homeless: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """An entry found; ``total`` is how many of its kind there are."""

    kind: str
    key: str
    total: int


def rarest_first(words: Sequence[str], seen: Sequence[Seen]) -> list[str]:
    """The words in the order of how many entries have them, counted up to ``PROBE``. One query, none for one word."""
    if len(words) < 2 or not seen:
        return list(words)
    holes = ", ".join(["%s"] * len(seen))
    one = f"(SELECT COUNT(*) FROM (SELECT 1 FROM search_word WHERE kind IN ({holes}) AND word >= %s AND word < %s LIMIT {PROBE}) c{{n}})"  # noqa: S608
    values: list[Any] = []
    for word in words:
        values += [*(each.kind for each in seen), word, word + LAST]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(one.format(n=n) for n in range(len(words))), values)
        counts = cursor.fetchone()
    return [word for _count, _length, word in sorted(zip(counts, (-len(word) for word in words), words, strict=True))]


def lines(words: Sequence[str], seen: Sequence[Seen], *, house: str, limit: int, offset: int = 0, kind: str = "") -> list[Line]:
    """What is found, by kind in the order of ``seen``. ``words`` begin with the rarest; ``house`` is the path of the reader's own
    organisation, whose things come first among equals. With ``kind`` there is one line of each other kind, for its total. One query."""
    if not words or not seen:
        return []
    parts, values = [], []
    for n, each in enumerate(seen):
        is_asked = kind in ("", each.kind)
        text, given = _part(words, each, house, limit if is_asked else 1, offset if is_asked else 0)
        parts.append(f"SELECT * FROM ({text}) k{n}")  # noqa: S608
        values += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = [Line(*row) for row in cursor.fetchall()]
    order = {each.kind: n for n, each in enumerate(seen)}
    return sorted(found, key=lambda line: order[line.kind])          # within a kind as they came


def _part(words: Sequence[str], seen: Seen, house: str, limit: int, offset: int) -> tuple[str, list[Any]]:
    first, *others = words
    where, values = ["w.kind = %s AND w.word >= %s AND w.word < %s"], [seen.kind, first, first + LAST]
    for other in others:
        where.append(f"EXISTS ({_HAS})")
        values += [other, other + LAST]
    if seen.paths is not None:
        text, given = _allowed(seen)
        where.append(text)
        values += given
    inner = f"SELECT w.entry_id AS id, {_RANK} AS rank FROM search_word w WHERE {' AND '.join(where)} GROUP BY w.entry_id"  # noqa: S608
    own, own_values = "", []
    if house and seen.paths is None:
        own = f"CASE WHEN EXISTS ({_below('e.id', (house,))}) THEN 0 ELSE 1 END, "
        own_values = [f"{house}%"]
    # Counted by itself: a window over thousands of joined rows costs three times as much on SQLite.
    text = (f"WITH h AS MATERIALIZED ({inner}) "  # noqa: S608
            "SELECT e.kind, e.key, (SELECT COUNT(*) FROM h) AS total FROM h JOIN search_entry e ON e.id = h.id "
            f"ORDER BY h.rank, {own}e.later, e.sort, e.id LIMIT {int(limit)} OFFSET {int(offset)}")
    return text, [first, *values, *own_values]


def _allowed(seen: Seen) -> tuple[str, list[Any]]:
    """Whether the entry of the word stands where the reader may look, or is their own."""
    either, values = [], []
    if seen.paths:
        either.append(f"EXISTS ({_below('w.entry_id', seen.paths)})")
        values += [f"{path}%" for path in seen.paths]
    if seen.homeless:
        either.append("NOT EXISTS (SELECT 1 FROM search_place p WHERE p.entry_id = w.entry_id)")
    if seen.own is not None:
        either.append("w.entry_id = (SELECT id FROM search_entry WHERE kind = %s AND key = %s)")
        values += [seen.kind, seen.own]
    return f"({' OR '.join(either)})" if either else "1 = 0", values


def _below(entry: str, paths: tuple[str, ...]) -> str:
    return _BELOW.format(entry=entry, paths=" OR ".join(["g.path LIKE %s"] * len(paths)))
