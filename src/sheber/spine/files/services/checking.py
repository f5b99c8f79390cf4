"""Whether every content is there and is what its hash says."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .. import stores
from ..models import Blob
from ..stores.contents import hash_of
from .blobs import holders

Tell = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """``missing``: files refer to it and it is not there; ``damaged``: it is another content by now; ``orphaned``: nothing refers to it,
    which harms nobody and goes by itself after a day."""

    what: Literal["missing", "damaged", "orphaned"]
    sha256: str
    files: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Contents and bytes that were read, and what was found."""

    contents: int
    size: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        """Nothing that anybody needs is missing or damaged."""
        return all(fault.what == "orphaned" for fault in self.faults)


def files_check(*, read: bool = True, tell: Tell | None = None) -> Checked:
    """Look at every content; ``read``: read each to its end and compare the hash, else compare sizes. Raises ``OSError``."""
    store, faults, size = stores.current(), [], 0
    rows = {digest: (length, number) for digest, length, number in _rows()}
    for number, (digest, (length, users)) in enumerate(sorted(rows.items())):
        if tell:
            tell(number, len(rows))
        there = store.size(digest)
        if there is None:
            if users:
                faults.append(Fault("missing", digest, users))
            continue
        size += there
        if there != length or (read and not _is_whole(store, digest)):
            faults.append(Fault("damaged", digest, users))
        elif not users:
            faults.append(Fault("orphaned", digest, 0))
    faults += [Fault("orphaned", one.sha256, 0) for one in store.contents() if one.sha256 not in rows]
    return Checked(len(rows), size, tuple(faults))


def _rows() -> list[tuple[str, int, int]]:
    """Hash, size, and how many rows of whatever system refer to it."""
    users: Counter[int] = Counter()
    for model, column in holders():
        users.update(model._default_manager.filter(**{f"{column}__isnull": False}).values_list(column, flat=True).iterator())
    return [(digest, size, users[key]) for key, digest, size in Blob.objects.values_list("pk", "sha256", "size").iterator()]


def _is_whole(store: stores.ContentStore, digest: str) -> bool:
    with store.open(digest) as content:
        return hash_of(content)[0] == digest
