"""What is known of a restore that is going on, or that was broken off: a note in the data folder, and a mark in the database.

The note says how far it came; it is written before each step. Whether the archive is in the database already is asked of the database
itself, because a process may be killed between the commit and its next line: on PostgreSQL the transaction that brings the archive in
leaves a mark with its SHA-256, on SQLite the note knows the number of the new file before it takes the place of the old one.
"""

import contextlib
import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

from ..archive.container import ArchiveReader
from . import places
from .backing_up import alive
from .maintenance import maintenance_begin, maintenance_end, maintenance_is_on

Step = Literal["files", "loading", "comparing", "proving", "committing", "migrating", "deriving", "ending"]
STEPS: Final[dict[str, tuple[Step, ...]]] = {
    "postgresql": ("files", "loading", "comparing", "proving", "committing", "migrating", "deriving", "ending"),
    "sqlite": ("files", "loading", "comparing", "proving", "migrating", "deriving", "committing", "ending")}
"""In their order. On SQLite everything is done in the new file before it takes the place of the old one."""
MARK: Final = "sheber restore "


def is_there(digest: str) -> bool:
    """Whether the archive with this digest was brought in by a restore that has not ended."""
    return unfinished() == digest


def unfinished() -> str:
    """Digest of the archive that a restore has brought into the database without coming to its end; empty: none."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT obj_description(to_regclass('django_migrations'), 'pg_class')")
            found = str(cursor.fetchone()[0] or "")
        return found.removeprefix(MARK) if found.startswith(MARK) else ""
    note = places.read_note(places.RESTORE) or {}
    with contextlib.suppress(OSError):
        if note.get("file_number") and note["file_number"] == Path(str(connection.settings_dict["NAME"])).stat().st_ino:
            return str(note.get("sha256", ""))
    return ""


def mark(digest: str) -> None:
    """Inside the transaction (PostgreSQL): the archive is in the database from the commit on. An empty digest takes the mark away."""
    if connection.vendor == "postgresql":
        text = f"{MARK}{int(digest, 16):064x}" if digest else ""
        with connection.cursor() as cursor:
            cursor.execute(f"COMMENT ON TABLE django_migrations IS '{text}'")


def step(name: Step, **more: Any) -> None:
    """The restore begins a step."""
    places.write_note(places.RESTORE, (places.read_note(places.RESTORE) or {}) | {"step": name} | more)


def refuse_second() -> dict[str, Any]:
    """The note of a restore that was broken off, empty when there is none. Raises DomainError while one runs."""
    note = places.read_note(places.RESTORE) or {}
    if note and runs(note):
        raise DomainError("restore_running", _("A restore is running already (process %(number)s).") % {"number": note["process"]})
    return note


def runs(note: dict[str, Any]) -> bool:
    """Whether the process of the note is still at it. After a restart of the machine another process may have its number."""
    try:
        number, since = int(note["process"]), dt.datetime.fromisoformat(str(note["since"])).timestamp()
    except (KeyError, TypeError, ValueError):
        return False
    if number == os.getpid() or not alive(number):
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{number}").stat().st_mtime <= since + 1
    return True


@contextmanager
def noted(path: Path, archive: ArchiveReader, before: dict[str, Any]) -> Iterator[None]:
    """The pages are closed, and a note says what is going on; both go when the block ends.

    They stay when the process is killed, and when it fails after the archive has come into the database. ``before``: the note of a
    restore that was broken off; pages that an operator had closed before the first of them stay closed.
    """
    closed_before = bool(before.get("closed_before")) if before else maintenance_is_on()
    places.write_note(places.RESTORE, {
        "archive": str(path.absolute()), "sha256": archive.digest, "database": places.database_name(), "process": os.getpid(),
        "step": "files", "since": timezone.now().isoformat(), "closed_before": closed_before,
        **{name: before[name] for name in ("file_number", "kept") if name in before and before.get("sha256") == archive.digest}})
    maintenance_begin(why="restore")
    try:
        yield
    except BaseException:
        if not _may_be_there(archive.digest):
            _open(closed_before)                                  # the database is as it was
        raise
    _open(closed_before)


def give_up() -> bool:
    """After a restore that was broken off: leave the database as it was and open the pages. Returns whether there was one.

    Raises DomainError: ``restore_running``, or ``restore_half_way`` when the archive is in the database already.
    """
    note = refuse_second()
    if unfinished():
        raise DomainError("restore_half_way", _("The rows of the archive are in the database already and only the last steps are missing: "
                                                "run “sheber restore” with the same file, and it goes on from there."))
    if note:
        if connection.vendor == "sqlite":
            place = Path(str(connection.settings_dict["NAME"]))
            remove_second_names(place)
            for left in place.parent.glob(f"{place.name}.restoring*"):
                left.unlink()
        _open(bool(note.get("closed_before")))
    return bool(note)


def remove_second_names(place: Path) -> None:
    """A restore that was killed just before the new file took the place of the old one has left the old one under two names."""
    for other in place.parent.glob(f"{place.stem}-before-*{place.suffix}"):
        if other.samefile(place):
            other.unlink()


def _may_be_there(digest: str) -> bool:
    try:
        return is_there(digest)
    except Exception:                                             # a database that is gone cannot be asked
        return (places.read_note(places.RESTORE) or {}).get("step") not in {"files", "loading", "comparing", "proving"}


def _open(closed_before: bool) -> None:
    places.drop_note(places.RESTORE)
    if not closed_before:
        maintenance_end()
