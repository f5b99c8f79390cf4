"""Checks of what the installation holds: database, migrations, clock, worker, backups, record of changes."""

import datetime as dt
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..services import backing_up, places, restore_note
from ..services.maintenance import maintenance_is_on
from .results import Finding, Look

CLOCK_WARN_S: Final = 2.0
CLOCK_BAD_S: Final = 60.0
BACKUP_WARN: Final = dt.timedelta(hours=36)
BACKUP_BAD: Final = dt.timedelta(days=8)
LETTERS_LATE_S: Final = 900
JOB_LATE: Final = dt.timedelta(minutes=15)


def database(look: Look) -> Finding:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            if mode != "wal":
                sentence = _("SQLite keeps no write-ahead log (%(mode)s): readers and writers stand in each other's way.")
                return look.bad(sentence % {"mode": mode}, _("Put the data folder on a disk of this machine, not on a network share."))
            cursor.execute("PRAGMA quick_check(1)" if look.deep else "SELECT 'ok'")
            if (told := cursor.fetchone()[0]) != "ok":
                return look.bad(_("The database file is damaged: %(told)s.") % {"told": told},
                                _("Restore the last backup: sheber restore FILE."))
            return look.ok(_("The database %(name)s answers (SQLite, write-ahead log).") % {"name": places.database_name()})
        cursor.execute("SHOW server_version")
        return look.ok(_("The database %(name)s answers (PostgreSQL %(version)s).")
                       % {"name": places.database_name(), "version": cursor.fetchone()[0]})


def migrations(look: Look) -> Finding:
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if left:
        return look.bad(ngettext("%(n)s migration is not applied.", "%(n)s migrations are not applied.", left) % {"n": left},
                        _("Back up, then: sheber django migrate"))
    return look.ok(_("The tables are of this version."))


def restore(look: Look) -> Finding:
    note, half_way = places.read_note(places.RESTORE), restore_note.unfinished()
    if note is not None and restore_note.runs(note):
        return look.warn(_("A restore of %(file)s is running.") % {"file": note.get("archive", "?")}, _("Wait until it ends."))
    file = str((note or {}).get("archive", _("FILE")))
    if half_way:                                         # perhaps begun from another machine, whose folder holds the note
        return look.bad(_("A restore of %(file)s did not end: its rows are in the database, the last steps are missing.") % {"file": file},
                        _("Run it again, and it goes on from there: sheber restore %(file)s") % {"file": file})
    if note is not None:
        return look.bad(_("A restore of %(file)s did not end: the database is as it was, and the pages are closed.") % {"file": file},
                        _("Run it again: sheber restore %(file)s --replace. Or leave it: sheber restore --give-up") % {"file": file})
    if maintenance_is_on():
        return look.warn(_("The pages are closed for maintenance."), "sheber maintenance off")
    return look.ok(_("The pages are open."))


def clock(look: Look) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (julianday('now') - 2440587.5) * 86400" if connection.vendor == "sqlite"
                       else "SELECT EXTRACT(EPOCH FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - timezone.now().timestamp())
    sentence = _("This machine and the database differ by %(n)s s.") % {"n": round(apart, 1)}
    if apart > CLOCK_BAD_S:
        return look.bad(sentence, _("Set both clocks by the network (NTP)."))
    return look.warn(sentence, _("Set both clocks by the network (NTP).")) if apart > CLOCK_WARN_S else look.ok(sentence)


def worker(look: Look) -> Finding:
    """Whether a worker is there. Work that has been waiting for long means that none is at it, whatever they say of themselves."""
    from sheber.spine.jobs import queries as jobs

    todo = _("Start a worker: sheber worker; see docs/how-to/background-work.md.")
    since = jobs.waiting_since()
    if since is not None and timezone.now() - since > JOB_LATE:
        return look.bad(_("Background work has been waiting since %(at)s: no worker is at it.")
                        % {"at": timezone.localtime(since).strftime("%Y-%m-%d %H:%M")}, todo)
    alive = sum(one.alive for one in jobs.workers())
    if not alive:
        return look.warn(_("No worker for background work is running."), todo)
    return look.ok(ngettext("%(n)s worker for background work is running.", "%(n)s workers for background work are running.", alive)
                   % {"n": alive})


def backup(look: Look) -> Finding:
    note: dict[str, Any] = places.read_note(places.LAST_BACKUP) or {}
    if not note:
        return look.warn(_("No backup was made from this machine yet."),
                         _("sheber backup --keep 14, every night by a timer"))
    path, age = Path(str(note["file"])), timezone.now() - dt.datetime.fromisoformat(str(note["at"]))
    if not path.exists():
        return look.warn(_("The last backup is no longer where it was written: %(path)s.") % {"path": path},
                         _("See that it lies elsewhere."))
    if look.deep:
        backing_up.backup_verify(path)
    sentence = _("The last backup was made %(n)s h ago: %(path)s.") % {"n": round(age.total_seconds() / 3600), "path": path}
    if age > BACKUP_BAD:
        return look.bad(sentence, _("Make one now: sheber backup"))
    if os.name == "posix" and path.stat().st_mode & 0o077:
        return look.warn(_("Others can read the backup %(path)s.") % {"path": path}, f"chmod 600 {path}")
    return look.warn(sentence, _("See why the timer did not run.")) if age > BACKUP_WARN else look.ok(sentence)


def audit(look: Look) -> Finding:
    from sheber.spine.audit.models import AuditEntry, AuditHead
    from sheber.spine.audit.services import verify_whole

    todo = _("Restore the last backup whose record is whole, beside this one, and compare.")
    if look.deep:
        proof = verify_whole()
        if not proof.ok and proof.first_broken is not None:
            return look.bad(_("The record of changes is broken at entry %(n)s.") % {"n": proof.first_broken.sequence}, todo)
        return look.ok(_("The record of changes is whole: %(n)s entries.") % {"n": proof.checked})
    head = AuditHead.objects.filter(pk=1).values_list("sequence", "entry_hash").first() or (0, "0" * 64)
    last = AuditEntry.objects.order_by("-sequence").values_list("sequence", "entry_hash").first() or (0, "0" * 64)
    if head != last:
        return look.bad(_("The record of changes does not end where it should: %(head)s and not %(last)s.")
                        % {"head": head[0], "last": last[0]}, todo)
    return look.ok(_("The record of changes ends at entry %(n)s, as it should.") % {"n": head[0]})


def search(look: Look) -> Finding:
    from sheber.spine.search.services import compare, is_of_this_version

    if not is_of_this_version():
        return look.bad(_("The index of the search was made by another version, or never."), "sheber search rebuild")
    if look.deep and not all(one.ok for one in compare()):
        return look.bad(_("The index of the search is not what its sources say."), "sheber search rebuild")
    return look.ok(_("The index of the search is of this version."))


def letters(look: Look) -> Finding:
    from sheber.spine.notices.queries import queue

    found, todo = queue(), _("Look at the page “Letters”; when the mail server is mended, send all that failed again.")
    if found.failed:
        sentence = ngettext("%(n)s letter could not be sent.", "%(n)s letters could not be sent.", found.failed)
        return look.warn(sentence % {"n": found.failed}, todo)
    if found.oldest_due_s > LETTERS_LATE_S:
        return look.warn(_("Letters have been waiting for %(n)s minutes.") % {"n": round(found.oldest_due_s / 60)}, todo)
    return look.ok(_("Letters: %(waiting)s wait, %(sent)s were sent today.") % {"waiting": found.waiting, "sent": found.sent_today})


DATA: Final[Mapping[str, Callable[[Look], Finding]]] = {
    "database": database, "migrations": migrations, "restore": restore, "clock": clock, "worker": worker, "backup": backup, "audit": audit,
    "search": search, "letters": letters}
