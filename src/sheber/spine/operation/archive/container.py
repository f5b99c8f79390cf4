"""The archive as a file: a ZIP whose last 64 bytes are the SHA-256 of all bytes before them.

Members: ``tables/NAME.jsonl`` (a row a line), ``files/STORE/KEY``, and ``manifest.json``, written last, with the size and the
SHA-256 of each. It is written from front to back, so nothing is held in memory, and read by any ZIP program. Nothing is ever
unpacked to a path that the archive names.
"""

import contextlib
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Final, Self

from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
MARK: Final = b"sheber-backup sha256 "
DIGEST: Final = 64
BLOCK: Final = 1 << 20
LONGEST_LINE: Final = 64 << 20
LARGEST_MANIFEST: Final = 64 << 20
MOST_MEMBERS: Final = 5_000_000
NAMES: Final = re.compile(r"tables/[a-z0-9_]{1,63}\.jsonl|files/[a-z0-9_]{1,40}(?:/[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}){1,12}")

Progress = Callable[[str, int, int], None]
"""What is at work, how much of it is done, and of how much (0: nobody knows)."""


class ArchiveError(DomainError):
    """The archive cannot be used; the sentence names the member that is damaged."""


class _Tail:
    """A file that is only written to: hashes all that goes by but the last 64 bytes."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw, self.digest, self._held = raw, sha256(), b""

    def write(self, data: bytes) -> int:
        held = self._held + bytes(data)
        self.digest.update(held[:-DIGEST])
        self._held = held[-DIGEST:]
        return self.raw.write(data)

    def flush(self) -> None:
        self.raw.flush()


class Member:
    """One member while it is written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._digest, self.size = stream, sha256(), 0

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._digest.update(data)
        self.size += len(data)

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class ArchiveWriter:
    """Writes under a name of its own beside ``path`` and takes the place of ``path`` when it is whole; readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        self.members: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        self._raw = os.fdopen(os.open(self.draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")
        self._tail = _Tail(self._raw)
        self._zip = zipfile.ZipFile(self._tail, "w", zipfile.ZIP_DEFLATED)  # type: ignore[call-overload]
        return self

    @contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[Member]:
        """A new member; its size and digest go into the manifest."""
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        info.external_attr = 0o600 << 16
        with self._zip.open(info, "w", force_zip64=True) as stream:
            member = Member(stream)
            yield member
        self.members.append({"name": name, "bytes": member.size, "sha256": member.hexdigest()})

    def finish(self, manifest: dict[str, Any]) -> str:
        """Write the manifest, close, and take the place of ``path``. Returns the digest of the whole."""
        text = json.dumps(manifest | {"members": self.members}, ensure_ascii=False, indent=1, sort_keys=True)
        self._zip.writestr(zipfile.ZipInfo(MANIFEST, (1980, 1, 1, 0, 0, 0)), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
        self._zip.comment = MARK + b"0" * DIGEST
        self._zip.close()
        digest = self._tail.digest.hexdigest()
        self._raw.seek(-DIGEST, os.SEEK_END)
        self._raw.write(digest.encode("ascii"))
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        os.replace(self.draft, self.path)
        _sync_folder(self.path.parent)
        return digest

    def __exit__(self, kind: type[BaseException] | None, _no: BaseException | None, _where: TracebackType | None) -> None:
        if kind is not None:
            self._zip.fp = None                          # nothing more is written, not even a directory
            try:
                with contextlib.suppress(OSError):       # on a full disk what it still holds back cannot be written either
                    self._raw.close()
            finally:
                self.draft.unlink(missing_ok=True)


class ArchiveReader:
    """Reads an archive that may come from anywhere: nothing in it is believed before it is checked."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError:
            raise ArchiveError("backup_missing", _("There is no file %(name)s.") % {"name": path.name}) from None
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as no:
            raise ArchiveError("backup_unreadable", _("%(name)s is not a whole backup: it is cut off, or is another kind of file.")
                               % {"name": path.name}) from no
        self._infos = self._named()
        self.manifest = self._read_manifest()
        self.members: dict[str, dict[str, Any]] = {}
        self._agree()

    def close(self) -> None:
        self._zip.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_args: object) -> None:
        self.close()

    @property
    def digest(self) -> str:
        """What the archive says its digest is."""
        return self._zip.comment[-DIGEST:].decode("ascii", "replace")

    @property
    def unpacked_bytes(self) -> int:
        return sum(member["bytes"] for member in self.members.values())

    def check(self, progress: Progress | None = None) -> None:
        """Every byte is as it was written. Raises ArchiveError that names the first member that is not."""
        whole = self._whole(progress)
        for number, name in enumerate(self.members):
            if not whole:                                    # something is changed: find out where
                for _block in self.blocks(name):
                    pass
            if progress and not whole:
                progress(_("members"), number + 1, len(self.members))
        if not whole:
            raise self._damaged(_("the directory of the archive"))
        for name in self.members:
            for _block in self.blocks(name):
                pass

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a member in pieces; more or fewer bytes than the manifest says, or others, raise ArchiveError."""
        said, digest, size = self.members[name], sha256(), 0
        try:
            with self._zip.open(self._infos[name]) as stream:
                while block := stream.read(BLOCK):
                    size += len(block)
                    if size > said["bytes"]:
                        raise self._damaged(name)
                    digest.update(block)
                    yield block
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, _zlib_error()) as no:
            raise self._damaged(name) from no
        if size != said["bytes"] or digest.hexdigest() != said["sha256"]:
            raise self._damaged(name)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a member, without their ends."""
        rest = b""
        for block in self.blocks(name):
            *whole, rest = (rest + block).split(b"\n")
            yield from whole
            if len(rest) > LONGEST_LINE:
                raise self._damaged(name)
        if rest:
            raise self._damaged(name)

    def _whole(self, progress: Progress | None) -> bool:
        digest, left = sha256(), self.path.stat().st_size - DIGEST
        total = left
        with self.path.open("rb") as file:
            while left > 0 and (block := file.read(min(BLOCK, left))):
                digest.update(block)
                left -= len(block)
                if progress:
                    progress(_("checksum"), total - left, total)
        return digest.hexdigest() == self.digest and self._zip.comment[:-DIGEST] == MARK

    def _named(self) -> dict[str, zipfile.ZipInfo]:
        infos = self._zip.infolist()
        if len(infos) > MOST_MEMBERS:
            raise ArchiveError("backup_unreadable", _("%(name)s holds too many members.") % {"name": self.path.name})
        named: dict[str, zipfile.ZipInfo] = {}
        for info in infos:
            shown = info.filename[:80]
            if info.filename in named or not (info.filename == MANIFEST or NAMES.fullmatch(info.filename)):
                raise ArchiveError("backup_foreign_member", _("%(name)s holds a member that no backup has: %(member)s. Nothing was read.")
                                   % {"name": self.path.name, "member": shown}, member=shown)
            named[info.filename] = info
        if MANIFEST not in named or named[MANIFEST].file_size > LARGEST_MANIFEST:
            raise ArchiveError("backup_unreadable", _("%(name)s is not a backup of Sheber: it has no list of what it holds.")
                               % {"name": self.path.name})
        return named

    def _read_manifest(self) -> dict[str, Any]:
        try:
            with self._zip.open(self._infos[MANIFEST]) as stream:
                text = stream.read(LARGEST_MANIFEST + 1)
            if len(text) > LARGEST_MANIFEST:
                raise ValueError
            manifest: dict[str, Any] = json.loads(text)
            if manifest["product"] != "sheber" or not isinstance(manifest["format"], int):
                raise ValueError
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, KeyError, TypeError, NotImplementedError, RuntimeError,
                _zlib_error()) as no:
            raise self._damaged(MANIFEST) from no
        if manifest["format"] > FORMAT:
            raise ArchiveError("backup_newer", _("%(name)s was made by a newer version (%(version)s). Install that version first.")
                               % {"name": self.path.name, "version": str(manifest.get("version", "?"))[:40]})
        return manifest

    def _agree(self) -> None:
        """The list in the manifest and the members are the same, and nothing claims to be larger than it says."""
        try:
            self.members = {str(one["name"]): {"bytes": int(one["bytes"]), "sha256": str(one["sha256"])}
                            for one in self.manifest["members"]}
        except (KeyError, TypeError, ValueError) as no:
            raise self._damaged(MANIFEST) from no
        for name in self.members.keys() ^ (self._infos.keys() - {MANIFEST}):
            raise self._damaged(name[:80])
        for name, said in self.members.items():
            if self._infos[name].file_size != said["bytes"]:
                raise self._damaged(name)

    def _damaged(self, member: str) -> ArchiveError:
        return ArchiveError("backup_damaged", _("%(name)s is damaged at %(member)s: it is not as it was written. Take another backup.")
                            % {"name": self.path.name, "member": member}, member=member)


def _zlib_error() -> type[Exception]:
    import zlib

    return zlib.error


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
