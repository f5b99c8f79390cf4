"""The statement that finds: for each kind the reader may see, the entries that have every word, the best first, and how many there are.

Written by hand, because Django cannot cut the parts of a union on SQLite. The same text runs on both databases. Every value is a
parameter; names of tables are our own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

LAST: Final = "\U0010ffff"
"""Greater than every letter: words that begin with ``w`` lie from ``w`` to ``w + LAST``."""
PROBE: Final = 2_000

_HAS: Final = "SELECT 1 FROM search_word o WHERE o.entry_id = w.entry_id AND o.word >= %s AND o.word < %s"
_RANK: Final = "MIN(CASE WHEN w.is_inner THEN 2 WHEN w.word = %s THEN 0 ELSE 1 END)"
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
    organisation, whose things come first among equals. With ``kind`` there is one line of each other kind, for its total.
    One query, and one for the organisations below the paths."""
    if not words or not seen:
        return []
    nodes = _nodes({path for each in seen for path in each.paths or ()} | ({house} if house else set()))
    parts, values = [], []
    for n, each in enumerate(seen):
        is_asked = kind in ("", each.kind)
        text, given = _part(words, each, nodes, house, limit if is_asked else 1, offset if is_asked else 0)
        parts.append(f"SELECT * FROM ({text}) k{n}")  # noqa: S608
        values += given
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = [Line(*row) for row in cursor.fetchall()]
    order = {each.kind: n for n, each in enumerate(seen)}
    return sorted(found, key=lambda line: order[line.kind])          # within a kind as they came


def _part(words: Sequence[str], seen: Seen, nodes: Mapping[int, str], house: str, limit: int, offset: int) -> tuple[str, list[Any]]:
    first, *others = words
    where, values = ["w.kind = %s AND w.word >= %s AND w.word < %s"], [seen.kind, first, first + LAST]
    for other in others:
        where.append(f"EXISTS ({_HAS})")
        values += [other, other + LAST]
    if seen.paths is not None:
        text, given = _allowed(seen, nodes)
        where.append(text)
        values += given
    inner = f"SELECT w.entry_id AS id, {_RANK} AS rank FROM search_word w WHERE {' AND '.join(where)} GROUP BY w.entry_id"  # noqa: S608
    own = f"CASE WHEN {_stands('h.id', nodes, (house,))} THEN 0 ELSE 1 END" if house and seen.paths is None else "0"
    # Counted by itself: a window over thousands of rows costs three times as much on SQLite. What is sorted by is asked entry by entry:
    # a join of thousands makes PostgreSQL read the whole table.
    text = (f"WITH h AS MATERIALIZED ({inner}) SELECT e.kind, e.key, (SELECT COUNT(*) FROM h) AS total FROM ("  # noqa: S608
            f"SELECT h.id, h.rank, {own} AS own, (SELECT CAST(s.later AS TEXT) || s.sort FROM search_entry s WHERE s.id = h.id) AS place "
            f"FROM h ORDER BY rank, own, place, id LIMIT {int(limit)} OFFSET {int(offset)}) b "
            "JOIN search_entry e ON e.id = b.id ORDER BY b.rank, b.own, b.place, b.id")
    return text, [first, *values]


def _allowed(seen: Seen, nodes: Mapping[int, str]) -> tuple[str, list[Any]]:
    """Whether the entry of the word stands where the reader may look, or is their own."""
    either, values = [_stands("w.entry_id", nodes, seen.paths or ())], []
    if seen.homeless:
        either.append("NOT EXISTS (SELECT 1 FROM search_place p WHERE p.entry_id = w.entry_id)")
    if seen.own is not None:
        either.append("w.entry_id = (SELECT id FROM search_entry WHERE kind = %s AND key = %s)")
        values = [seen.kind, seen.own]
    return f"({' OR '.join(either)})", values


def _nodes(paths: Collection[str]) -> dict[int, str]:
    """Paths of the organisations at or below these, by id. One query, none without paths."""
    if not paths:
        return {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, path FROM organisations_organisation WHERE " + " OR ".join(["path LIKE %s"] * len(paths)),  # noqa: S608
                       [f"{path}%" for path in sorted(paths)])
        return dict(cursor.fetchall())


def _stands(entry: str, nodes: Mapping[int, str], paths: tuple[str, ...]) -> str:
    """Whether an entry stands at or below the paths. The organisations are named one by one: with a condition on their paths
    PostgreSQL takes them for many and reads all places. The plus keeps SQLite from looking for each of them in the index."""
    column = "+p.organisation_id" if connection.vendor == "sqlite" else "p.organisation_id"
    ids = ", ".join(str(int(pk)) for pk, path in nodes.items() if path.startswith(paths))
    known = f"SELECT 1 FROM search_place p WHERE p.entry_id = {entry} AND {column} IN ({ids})"  # noqa: S608
    return f"EXISTS ({known})" if ids else "1 = 0"
