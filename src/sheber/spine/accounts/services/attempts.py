"""Counting attempts to sign in, in the database, so that all web processes count together.

An attempt is counted before the password is looked at and taken back when it was right: many at the same moment cannot all slip
through before the first of them is counted.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final, Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sheber.spine.audit import services as audit
from sheber.spine.audit.models import AuditEntry, AuditHead
from sheber.spine.notices import services as notices
from sheber.spine.operation.rules.addresses import group_of
from sheber.spine.people.models import User
from sheber.spine.people.queries.people import administrators_of_nation

from ..models import Attempts, FamiliarAddress
from ..rules.delays import ACCOUNT, ADDRESS, CODE, FAMILIAR_DAYS, LETTER, LETTERS, PAIR, Delay

FAILED: Final = ("person.sign_in_failed", "person.second_step_failed")
WATCHED: Final = 50_000
UNKNOWN = ("people.user", "unknown")
Kind = Literal["password", "code"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that was counted. ``held_until``: it was refused unseen, try again then. ``new_hold``: what a failure begins."""

    pair: str
    account: str
    address: str
    held_until: dt.datetime | None = None
    new_hold: dt.datetime | None = None


def attempt_begin(*, email: str, ip: str, kind: Kind = "password") -> Attempt:
    """Count an attempt, or refuse it. Known and unknown accounts are treated alike: only what was typed is counted.

    ``code``: the second step. It is counted apart, or the right password would wash away guesses at the code.
    """
    group, typed = group_of(ip), email.strip().lower()
    step, account_delay = ("", ACCOUNT) if kind == "password" else ("code_", CODE)
    keys = {_key(f"{step}pair", typed, group): PAIR, _key(f"{step}account", typed): account_delay, _key("address", group): ADDRESS}
    pair, account, address = keys
    now = timezone.now()
    with transaction.atomic():
        Attempts.objects.bulk_create([Attempts(key=key, last_at=now) for key in sorted(keys)], ignore_conflicts=True)
        rows = {row.key: row for row in Attempts.objects.select_for_update().filter(key__in=keys).order_by("key")}
        for key, row in rows.items():
            _brought_near(row, keys[key], now)
        familiar = FamiliarAddress.objects.filter(key=pair, last_at__gte=now - dt.timedelta(days=FAMILIAR_DAYS)).exists()
        asked = [rows[pair]] if familiar else list(rows.values())
        holds = [row.held_until for row in asked if row.held_until is not None and row.held_until > now]
        if holds:
            return Attempt(pair, account, address, held_until=max(holds))
        for key, delay in keys.items():
            _count(rows[key], delay, now)
        Attempts.objects.bulk_update(rows.values(), ["failures", "last_at", "held_until"])
    begun = [row.held_until for row in asked if row.held_until is not None and row.held_until > now]
    return Attempt(pair, account, address, new_hold=max(begun, default=None))


@transaction.atomic
def attempt_failed(*, attempt: Attempt, email: str, kind: Kind = "password", repeated: bool = False) -> None:
    """Leave an entry; of an unknown account what was typed is not kept.

    ``repeated``: it was a right code that was used before; its owner is told.
    """
    person = User.objects.filter(email__iexact=email.strip()).first()
    target: audit.Target = UNKNOWN if person is None else person
    told = {} if person is None else {"person": person.name}
    entries = [audit.Entry("person.sign_in_failed" if kind == "password" else "person.second_step_failed", target, after=told)]
    if attempt.new_hold is not None:
        entries.append(audit.Entry("person.sign_in_held", target, after={**told, "until": attempt.new_hold.isoformat()}))
    if repeated:
        entries.append(audit.Entry("person.second_step_repeated", target, after=told))
    audit.record_many(actor=None, entries=entries)
    if repeated and person is not None:
        notices.notify(person, "account.code_repeated", once=f"repeated/{timezone.localdate()}")
    if attempt.new_hold is not None and person is not None:
        notices.notify(person, "account.held", once=f"held/{timezone.localdate()}")
    elif attempt.new_hold is not None:
        notices.letter_pretend(type="account.held", body="")     # the time of the answer does not tell whether there is an account


@transaction.atomic
def attempt_succeeded(*, attempt: Attempt) -> None:
    """Forget the failures of the account; of the address only this attempt, or one's own account would wash away one's guesses."""
    now = timezone.now()
    Attempts.objects.filter(key__in=[attempt.pair, attempt.account]).delete()
    row = Attempts.objects.select_for_update().filter(key=attempt.address).first()
    if row is not None:
        row.failures = max(row.failures - 1, 0)
        if not ADDRESS.after(row.failures):
            row.held_until = None
        row.save(update_fields=["failures", "held_until"])
    FamiliarAddress.objects.update_or_create(key=attempt.pair, defaults={"last_at": now})


@transaction.atomic
def failures_watch() -> int:
    """Look how many attempts to sign in, or codes, failed within the hour; tell the administrators of the nation when they are many.

    Returns the number, as far as it is looked at: the newest :data:`WATCHED` entries of the record of changes. Told once an hour.
    """
    now, end = timezone.now(), AuditHead.objects.filter(pk=1).values_list("sequence", flat=True).first() or 0
    found = AuditEntry.objects.filter(sequence__gt=end - WATCHED, verb__in=FAILED, at__gte=now - dt.timedelta(hours=1)).count()
    if settings.ALARM_FAILURES and found >= settings.ALARM_FAILURES:
        people = administrators_of_nation()
        notices.notify(people, "accounts.many_failures", {"n": found}, link="/audit/?verb=person.sign_in_failed",
                       once=f"many_failures/{timezone.localtime(now):%Y-%m-%d/%H}")
    return found


@transaction.atomic
def letter_is_due(*, email: str, ip: str) -> bool:
    """Whether a letter asked for may go out: nobody's mailbox is flooded, and one address does not ask for everybody."""
    now, group = timezone.now(), group_of(ip)
    keys = {_key("letter", email.strip().lower()): LETTER, _key("letters", group): LETTERS}
    Attempts.objects.bulk_create([Attempts(key=key, last_at=now) for key in sorted(keys)], ignore_conflicts=True)
    rows = list(Attempts.objects.select_for_update().filter(key__in=keys).order_by("key"))
    for row in rows:
        _brought_near(row, keys[row.key], now)
    if any(row.held_until is not None and row.held_until > now for row in rows):
        return False
    for row in rows:
        _count(row, keys[row.key], now)
    Attempts.objects.bulk_update(rows, ["failures", "last_at", "held_until"])
    return True


def _brought_near(row: Attempts, delay: Delay, now: dt.datetime) -> None:
    """A hold that ends later than any wait of its kind was begun before the clock was set back: it lasts its own time from now on."""
    if row.held_until is not None and row.held_until - now > dt.timedelta(seconds=delay.longest_s):
        row.last_at, row.held_until = now, now + delay.after(row.failures)
        row.save(update_fields=["last_at", "held_until"])


def _count(row: Attempts, delay: Delay, now: dt.datetime) -> None:
    if now - row.last_at > dt.timedelta(seconds=delay.forget_s):
        row.failures = 0
    row.failures, row.last_at = row.failures + 1, now
    wait = delay.after(row.failures)
    row.held_until = now + wait if wait else None


def _key(kind: str, *parts: str) -> str:
    return salted_hmac(f"sheber.spine.accounts.{kind}", "\n".join(parts), algorithm="sha256").hexdigest()
