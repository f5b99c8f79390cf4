"""What a backup takes along besides the tables, and what is made anew after a restore.

A system that keeps files registers its store when Django starts; one that keeps tables derived from others (a search index)
registers how to make them again::

    backups.register_store("files", FileStore())
    backups.register_rebuild("search", rebuild_index)

What must outlive a restore, because the archive is older than it, is a journal: kept before the tables are replaced, done again after::

    backups.register_journal("erasures", keep=keep_erasures, redo=redo_erasures)
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of a store: its ``key`` (letters, digits, ``. _ - /``; no part begins with a dot) and its size in bytes."""

    key: str
    size: int


class Store(Protocol):
    """Files kept outside the database. Keys never change their content: a store keeps by hash, or adds a new key."""

    def stored(self) -> Iterable[Stored]:
        """All files, one at a time."""

    def open(self, key: str) -> BinaryIO:
        """The content, to be read to its end and closed."""

    def write(self, key: str, content: BinaryIO) -> None:
        """Keep ``content`` under ``key``, whole or not at all; a file that is there already stays as it is."""


_stores: dict[str, Store] = {}
_rebuilds: dict[str, Callable[[], object]] = {}
_journals: dict[str, tuple[Callable[[], object], Callable[[], int]]] = {}


def register_store(name: str, store: Store) -> None:
    """Take the files of ``store`` into every backup, under ``name``."""
    _stores[name] = store


def register_rebuild(name: str, rebuild: Callable[[], object]) -> None:
    """Call ``rebuild`` after a restore, when all tables stand and are of this version."""
    _rebuilds[name] = rebuild


def register_journal(name: str, *, keep: Callable[[], object], redo: Callable[[], int]) -> None:
    """Before a restore ``keep`` writes down, outside of the database, what ``redo`` does again after it; ``redo`` says how much it did.

    ``keep`` may meet a database without tables.
    """
    _journals[name] = (keep, redo)


def journals() -> Mapping[str, tuple[Callable[[], object], Callable[[], int]]]:
    """What is kept before a restore and done again after it, by name."""
    return dict(_journals)


def stores() -> Mapping[str, Store]:
    """The stores by name."""
    return dict(_stores)


def rebuilds() -> Mapping[str, Callable[[], object]]:
    """What is made anew after a restore, by name."""
    return dict(_rebuilds)
