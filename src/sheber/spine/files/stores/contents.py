"""What every store can do, and the reading of a content whose hash is known."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final, Protocol

BLOCK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Content:
    """A content that is there: its SHA-256 in hexadecimal, its size in bytes, and when it was last written."""

    sha256: str
    size: int
    written_at: dt.datetime


class DamagedError(Exception):
    """What was to be kept is not what its hash says."""


class ContentStore(Protocol):
    """Contents by their SHA-256. All raise ``OSError`` when the store does not answer."""

    def put(self, digest: str, content: BinaryIO, *, anew: bool = False) -> None:
        """Keep ``content``, whole or not at all. One that is there already stays; ``anew``: it is written again and counts as new.

        Raises ``DamagedError`` when the hash of ``content`` is another one; nothing is kept then.
        """

    def size(self, digest: str) -> int | None:
        """Size in bytes; ``None`` when it is not there."""

    def open(self, digest: str) -> BinaryIO:
        """To be read and closed. Raises ``FileNotFoundError``."""

    def remove(self, digest: str) -> None:
        """Forget it; not being there is no error."""

    def contents(self) -> Iterator[Content]:
        """All that is there, one at a time."""

    def sweep(self, before: dt.datetime) -> int:
        """Remove what writings left that were killed before then; how many."""


def key_of(digest: str) -> str:
    """``ab/cd/abcd…``: no folder holds more than a file system likes."""
    return f"{digest[:2]}/{digest[2:4]}/{digest}"


def digest_of(key: str) -> str | None:
    """The hash in a key, ``None`` when the key is none of ours."""
    name = key.rpartition("/")[2]
    return name if len(name) == 64 and set(name) <= set("0123456789abcdef") and key == key_of(name) else None


def copied(content: BinaryIO, to: BinaryIO) -> str:
    """Copy to the end; SHA-256 of what was copied."""
    total = sha256()
    while block := content.read(BLOCK):
        total.update(block)
        to.write(block)
    return total.hexdigest()


def hash_of(content: BinaryIO) -> tuple[str, int]:
    """SHA-256 and size in bytes of all that can be read."""
    total, size = sha256(), 0
    while block := content.read(BLOCK):
        total.update(block)
        size += len(block)
    return total.hexdigest(), size
