"""Restoring: an archive becomes the database, all of it or nothing.

On SQLite a new file is made beside the old one and takes its place at the very end. On PostgreSQL everything up to the last
check happens in one transaction. So a restore that is killed leaves the database as it was, or as the archive has it; a note in the
data folder says so (:mod:`.restore_note`) until ``sheber restore`` is run again: it begins anew, or goes on with what is missing.
Archives of older versions are loaded into tables of that version and then migrated.
"""

import contextlib
import io
import os
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as replaced
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit import backups
from sheber.kit.errors import DomainError
from sheber.spine.audit.services import Verification, verify

from ..archive import tables as schema
from ..archive.container import ArchiveError, ArchiveReader, Progress
from ..archive.tables import Node, Table
from . import places, restore_note
from .backing_up import SPARE_BYTES

ALWAYS_THERE: Final = frozenset({"django_migrations", "django_content_type", "auth_permission", "django_session", "operation_bucket",
                                 "operation_cache", "audit_auditcheckpoint"})
"""Tables that migrations fill by themselves, or whose rows nobody misses: they do not make a database one that holds something."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: rows and files, from which version, how many entries of the record of changes are whole, what was kept."""

    tables: int
    rows: int
    files: int
    version: str
    migrated: int
    audit_checked: int
    audit_head: str
    kept: Path | None = None
    redone: int = 0
    """What happened after the backup was made and was done again: erasures of people."""
    gone_on: bool = False
    """An earlier restore was broken off after the archive had come into the database; this one did what was missing."""


def rows_there() -> int:
    """How many rows would be lost: of every table but those that fill themselves."""
    with connection.cursor() as cursor:
        names = set(connection.introspection.table_names(cursor)) - ALWAYS_THERE
        total = 0
        for name in sorted(names):
            if connection.vendor == "sqlite" and _is_shadow(cursor, name):
                continue
            cursor.execute(f'SELECT COUNT(*) FROM "{name}"')  # noqa: S608 - named by the database
            total += int(cursor.fetchone()[0])
    return total


def restore(path: Path, *, replace: bool = False, progress: Progress | None = None) -> Restored:
    """Make the database what the archive holds.

    Raises ArchiveError (damaged, newer, foreign) and DomainError: ``restore_not_empty`` without ``replace``, ``restore_running``,
    ``restore_in_use`` (SQLite: somebody has the file open), ``restore_disk_small``, ``restore_differs`` (what was read back is not
    what the archive holds), ``restore_chain_broken``. After any of them the database is as it was.
    """
    places.var().mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        Path(str(connection.settings_dict["NAME"])).parent.mkdir(parents=True, exist_ok=True)
    note = restore_note.refuse_second()
    with ArchiveReader(path) as archive:
        nodes = _nodes(archive)
        archive.check(progress)
        goes_on = restore_note.is_there(archive.digest)
        if not goes_on and not replace and (there := rows_there()):
            raise DomainError("restore_not_empty", _("The database %(name)s holds %(n)s rows. It is replaced only with --replace.")
                              % {"name": places.database_name(), "n": there}, rows=there)
        _refuse_small_disk(archive)
        if not goes_on:
            for keep, _redo in backups.journals().values():
                keep()
        with restore_note.noted(path, archive, note):
            if goes_on:
                return _gone_on(archive, note, progress)
            files = _write_files(archive, progress)
            if connection.vendor == "sqlite":
                return _into_new_file(archive, nodes, files, progress)
            return _into_schema(archive, nodes, files, progress)


# --- what both databases share ----------------------------------------------------------------------------------------

def _nodes(archive: ArchiveReader) -> list[Node]:
    """The migrations of the archive, each known to this version."""
    try:
        nodes = sorted({(str(app), str(name)) for app, name in archive.manifest["migrations"]})
        for one in archive.manifest["tables"]:
            if not (isinstance(one["name"], str) and isinstance(one["rows"], int) and isinstance(one["columns"], list)):
                raise TypeError
    except (KeyError, TypeError, ValueError) as no:
        raise ArchiveError("backup_unreadable", _("%(name)s does not say which tables it holds.") % {"name": archive.path.name}) from no
    if unknown := schema.unknown_nodes(connection, nodes):
        raise ArchiveError("backup_newer", _("%(name)s was made by a newer version (%(version)s): this one does not know its step "
                                             "%(step)s. Install that version first.")
                           % {"name": archive.path.name, "version": str(archive.manifest.get("version", "?"))[:40],
                              "step": ".".join(unknown[0])})
    return nodes


def _load(archive: ArchiveReader, nodes: list[Node], progress: Progress | None) -> list[Table]:
    """Tables of the archive's version, filled; inside a transaction, with foreign keys not yet looked at."""
    restore_note.step("loading")
    found = schema.tables_of(connection, nodes)
    said = {one["name"]: one for one in archive.manifest["tables"]}
    if strange := said.keys() ^ {table.name for table in found}:
        raise ArchiveError("backup_other_tables", _("The archive and this version disagree about the table %(table)s.")
                           % {"table": sorted(strange)[0]})
    with schema.guards_down(connection, found):
        with connection.cursor() as cursor:
            for table in found:                                           # rows that migrations put in themselves
                cursor.execute(f'DELETE FROM "{table.name}"')  # noqa: S608 - our own names
        for table in found:
            one = said[table.name]

            def tick(done: int, name: str = table.name, total: int = one["rows"]) -> None:
                if progress:
                    progress(name, done, total)

            schema.load_rows(connection, table, archive.lines(f"tables/{table.name}.jsonl"), [str(c) for c in one["columns"]], tick)
            schema.set_last_number(connection, table, int(one["last_number"]))
            tick(one["rows"])
    return found


def _compare(archive: ArchiveReader, found: list[Table], progress: Progress | None) -> None:
    """What is in the database now, read back, is what the archive says it holds."""
    restore_note.step("comparing")
    said = {one["name"]: one for one in archive.manifest["tables"]}
    for number, table in enumerate(found):
        content, one = schema.content_of(connection, table), said[table.name]
        if content.rows != one["rows"] or content.checksum != one["checksum"]:
            raise DomainError("restore_differs", _("Read back, the table %(table)s is not what the archive holds (%(n)s rows, not %(m)s). "
                                                   "Nothing was changed.")
                              % {"table": table.name, "n": content.rows, "m": one["rows"]}, table=table.name)
        if progress:
            progress(_("comparing"), number + 1, len(found))


def _proved(progress: Progress | None) -> Verification:
    """The record of changes is whole, or DomainError."""
    restore_note.step("proving")
    if progress:
        progress(_("record of changes"), 0, 0)
    proof = verify()
    if not proof.ok and proof.first_broken is not None:
        raise DomainError("restore_chain_broken", _("The record of changes in the archive is broken at entry %(n)s. Nothing was changed.")
                          % {"n": proof.first_broken.sequence}, sequence=proof.first_broken.sequence)
    return proof


def _finished(archive: ArchiveReader, files: int, progress: Progress | None, proof: Verification) -> Restored:
    """Migrate to this version, and make derived tables anew."""
    before = len(MigrationRecorder(connection).applied_migrations())
    restore_note.step("migrating")
    if progress:
        progress(_("migrations"), 0, 0)
    call_command("migrate", verbosity=0, interactive=False)
    restore_note.step("deriving")
    for name, rebuild in sorted(backups.rebuilds().items()):
        if progress:
            progress(name, 0, 0)
        rebuild()
    redone = sum(redo() for _keep, redo in backups.journals().values())
    tables = archive.manifest["tables"]
    return Restored(len(tables), sum(one["rows"] for one in tables), files, str(archive.manifest.get("version", "?")),
                    len(MigrationRecorder(connection).applied_migrations()) - before, proof.checked, proof.head, redone=redone)


def _gone_on(archive: ArchiveReader, note: dict[str, Any], progress: Progress | None) -> Restored:
    """The archive is in the database already: what was missing when the restore was broken off."""
    done = _finished(archive, 0, progress, _proved(progress))
    kept = note.get("kept")
    return _ended(replaced(done, kept=Path(str(kept)) if kept else None, gone_on=True))


def _write_files(archive: ArchiveReader, progress: Progress | None) -> int:
    """Files go first: a file nobody refers to harms nothing, a row without its file does."""
    restore_note.step("files")
    stores, wanted = backups.stores(), [name for name in archive.members if name.startswith("files/")]
    for number, name in enumerate(wanted):
        _files, store, key = name.split("/", 2)
        if store not in stores:
            raise DomainError("restore_no_store", _("The archive holds files of “%(store)s”, and this installation keeps none.")
                              % {"store": store})
        stores[store].write(key, io.BufferedReader(_Reading(archive.blocks(name))))
        if progress:
            progress(store, number + 1, len(wanted))
    return len(wanted)


class _Reading(io.RawIOBase):
    """The blocks of a member as a file that is read."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        super().__init__()
        self._blocks, self._rest = blocks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest and (block := next(self._blocks, None)) is not None:
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def _refuse_small_disk(archive: ArchiveReader) -> None:
    wanted = archive.unpacked_bytes * 2 + SPARE_BYTES if connection.vendor == "sqlite" else SPARE_BYTES
    if (free := shutil.disk_usage(places.var()).free) < wanted:
        raise DomainError("restore_disk_small", _("The restore may need %(wanted)s MB and %(free)s MB are free: make room first.")
                          % {"wanted": wanted >> 20, "free": free >> 20})


# --- SQLite: a new file takes the place of the old --------------------------------------------------------------------

def _into_new_file(archive: ArchiveReader, nodes: list[Node], files: int, progress: Progress | None) -> Restored:
    place = Path(str(connection.settings_dict["NAME"]))
    fresh = place.with_name(f"{place.name}.restoring")
    place.parent.mkdir(parents=True, exist_ok=True)
    _remove(fresh)
    _use(fresh)
    try:
        executor = MigrationExecutor(connection)
        executor.migrate(schema.targets(executor, nodes))
        connection.disable_constraint_checking()
        try:
            with transaction.atomic():
                found = _load(archive, nodes, progress)
                try:
                    connection.check_constraints()
                except IntegrityError as no:
                    raise ArchiveError("backup_bad_key", _("A row of the archive refers to a row that is not in it: %(why)s")
                                       % {"why": str(no)}) from no
        finally:
            connection.enable_constraint_checking()
        _compare(archive, found, progress)
        done = _finished(archive, files, progress, _proved(progress))
        _alone(fresh)
        kept = _swap(fresh, place)
        restore_note.step("ending")
    except BaseException:
        connection.close()
        _remove(fresh)
        raise
    finally:
        _use(place)
    return replaced(done, kept=kept)


def _use(place: Path) -> None:
    """Let the connection lead to another file."""
    connection.close()
    connection.settings_dict["NAME"] = str(place)


def _remove(place: Path) -> None:
    for name in (place, *(place.with_name(place.name + end) for end in ("-wal", "-shm", "-journal"))):
        name.unlink(missing_ok=True)


def _alone(place: Path) -> None:
    """Close the file, with everything in it and nothing beside it. Raises DomainError while anybody else has it open."""
    connection.close()
    raw = sqlite3.connect(place, timeout=5)
    try:
        raw.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.OperationalError as no:
        raise DomainError("restore_in_use", _("Somebody has %(name)s open: stop the web server and the worker, then run this again.")
                          % {"name": place.name}) from no
    finally:
        raw.close()


def _swap(fresh: Path, place: Path) -> Path | None:
    """``fresh`` takes the place of ``place``, which stays beside it under a name with the time when it held anything."""
    held, kept = False, None
    if place.exists():
        held = _holds_rows(place)
        _alone(place)
        restore_note.remove_second_names(place)
    if held:
        kept = place.with_name(f"{place.stem}-before-{timezone.now():%Y%m%d-%H%M%S}{place.suffix}")
    restore_note.step("committing", file_number=fresh.stat().st_ino, kept=kept and str(kept))
    if kept:
        os.link(place, kept)
    _to_disk(fresh)
    os.replace(fresh, place)
    _to_disk(place.parent)
    return kept


def _to_disk(place: Path) -> None:
    """A power cut after this line loses nothing of a file, or of the names in a folder."""
    with contextlib.suppress(PermissionError):          # Windows opens no folder
        number = os.open(place, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _holds_rows(place: Path) -> bool:
    """Whether anything would be missed."""
    _use(place)
    try:
        return rows_there() > 0
    finally:
        connection.close()


def _is_shadow(cursor: Any, name: str) -> bool:
    """Whether SQLite keeps the table for a search index of its own."""
    cursor.execute("SELECT type FROM pragma_table_list WHERE name = %s", [name])
    found = cursor.fetchone()
    return bool(found) and found[0] in {"shadow", "virtual"}


# --- PostgreSQL: one transaction --------------------------------------------------------------------------------------

def _into_schema(archive: ArchiveReader, nodes: list[Node], files: int, progress: Progress | None) -> Restored:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            with contextlib.suppress(DatabaseError), transaction.atomic():      # not every system of the server can do it
                cursor.execute("SET LOCAL client_connection_check_interval = '2s'")   # should we be killed, it lets go soon
            try:
                _drop_tables(cursor)
            except DatabaseError as no:
                raise DomainError("restore_in_use", _("The database could not be emptied: stop the web servers and the workers, then run "
                                                      "this again. (%(why)s)") % {"why": str(no).splitlines()[0]}) from no
        executor = MigrationExecutor(connection)
        executor.migrate(schema.targets(executor, nodes))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        try:
            found = _load(archive, nodes, progress)
        except IntegrityError as no:
            raise ArchiveError("backup_bad_key", _("A row of the archive refers to a row that is not in it: %(why)s")
                               % {"why": str(no).splitlines()[0]}) from no
        _compare(archive, found, progress)
        proof = _proved(progress)
        restore_note.mark(archive.digest)
        restore_note.step("committing")
    return _ended(_finished(archive, files, progress, proof))


def _ended(done: Restored) -> Restored:
    restore_note.step("ending")
    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    restore_note.mark("")
    return done


def _drop_tables(cursor: Any) -> None:
    cursor.execute("SELECT c.relname FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = current_schema()::regnamespace "
                   "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relname")
    for (name,) in cursor.fetchall():
        cursor.execute(f'DROP TABLE IF EXISTS "{name}" CASCADE')
