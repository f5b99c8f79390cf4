"""A folder. A content appears under its name whole, after it has reached the disk; a crash leaves a draft that is swept away."""

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from .contents import Content, DamagedError, copied, digest_of, key_of

DRAFTS: Final = ".drafts"


class FolderStore:
    """Readable by its owner alone."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, digest: str, content: BinaryIO, *, anew: bool = False) -> None:
        target = self.root / key_of(digest)
        drafts = self.root / DRAFTS
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)      # of many made at once, only the last gets the mode
        drafts.mkdir(mode=0o700, exist_ok=True)
        draft = drafts / secrets.token_hex(16)
        try:
            with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                if copied(content, out) != digest:
                    raise DamagedError(digest)
                out.flush()
                os.fsync(out.fileno())
            if anew or self.size(digest) != draft.stat().st_size:
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                os.replace(draft, target)
                _settle(target.parent)
        finally:
            draft.unlink(missing_ok=True)

    def size(self, digest: str) -> int | None:
        try:
            return (self.root / key_of(digest)).stat().st_size
        except FileNotFoundError:
            return None

    def open(self, digest: str) -> BinaryIO:
        return (self.root / key_of(digest)).open("rb")

    def remove(self, digest: str) -> None:
        (self.root / key_of(digest)).unlink(missing_ok=True)

    def contents(self) -> Iterator[Content]:
        for path in sorted(self.root.glob("??/??/*")):
            found = digest_of(path.relative_to(self.root).as_posix())
            if found is not None:
                with contextlib.suppress(FileNotFoundError):            # removed since the folder was read
                    told = path.stat()
                    yield Content(found, told.st_size, dt.datetime.fromtimestamp(told.st_mtime, dt.UTC))

    def sweep(self, before: dt.datetime) -> int:
        swept = 0
        for draft in (self.root / DRAFTS).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < before.timestamp():
                    draft.unlink()
                    swept += 1
        return swept


def _settle(folder: Path) -> None:
    """The name reaches the disk too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
