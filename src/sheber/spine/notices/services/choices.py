"""What a person chose for each type of notice, and the link of a letter that stops such letters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import available_timezones

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit

from .. import types
from ..models import Choice, Habit, Notice, Rhythm

DIGEST: Final = "notices.digest"
_SALT: Final = "sheber.spine.notices.unsubscribe"


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person is told of a type."""

    is_shown: bool
    letters: str


def default_ways(known: types.NoticeType) -> Ways:
    """What holds without a choice, and for mandatory types whatever was chosen."""
    return Ways(True, "at_once" if known.mandatory else known.letters)


def ways_of(person_ids: Iterable[int], known: types.NoticeType) -> dict[int, Ways]:
    """How each of them is told; one query, none for mandatory types."""
    people, usual = list(person_ids), default_ways(known)
    if known.mandatory:
        return dict.fromkeys(people, usual)
    chosen = {row[0]: Ways(*row[1:]) for row in Choice.objects.filter(type=known.code, person__in=people).values_list(
        "person_id", "is_shown", "letters")}
    return {one: chosen.get(one, usual) for one in people}


@transaction.atomic
def choices_set(*, person_id: int, choices: Mapping[str, Ways], time_zone: str | None = None) -> None:
    """Choose for some types; the others stay. Notices that wait for a digest which no longer comes wait for none.

    Raises ``DomainError``: ``unknown_notice_type``, ``notice_mandatory``, ``unknown_rhythm``, ``unknown_time_zone``.
    """
    person: Any = get_user_model()._default_manager.select_for_update().get(pk=person_id)
    before, after = {}, {}
    held = {row.type: row for row in Choice.objects.filter(person_id=person_id)}
    for code, ways in choices.items():
        known = types.find(code)
        if known is None or known.letter_only:
            raise DomainError("unknown_notice_type", _("There is no such type of notice."), type=code)
        if ways.letters not in Rhythm.values:
            raise DomainError("unknown_rhythm", _("Letters go out at once, once a day, once a week or never."), type=code)
        if known.mandatory:
            if ways != default_ways(known):
                raise DomainError("notice_mandatory", _("Notices about the safety of your account cannot be switched off."), type=code)
            continue
        row = held.get(code)
        now = Ways(row.is_shown, row.letters) if row else default_ways(known)
        if ways == now:
            continue
        Choice.objects.update_or_create(person_id=person_id, type=code, defaults={"is_shown": ways.is_shown, "letters": ways.letters})
        wait = ways.letters if ways.letters in {Rhythm.DAILY, Rhythm.WEEKLY} else ""
        Notice.objects.filter(person_id=person_id, type=code).exclude(digest="").update(digest=wait)
        before[code], after[code] = [now.is_shown, str(now.letters)], [ways.is_shown, str(ways.letters)]
    if time_zone is not None:
        _time_zone_set(person_id, time_zone, before, after)
    if after:
        audit.record(actor=person, verb="notices.chosen", target=person, before=before, after=after)


def _time_zone_set(person_id: int, time_zone: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    if time_zone and time_zone not in available_timezones():
        raise DomainError("unknown_time_zone", _("There is no such time zone."), time_zone=time_zone[:60])
    habit, _made = Habit.objects.get_or_create(person_id=person_id)
    if habit.time_zone != time_zone:
        before["time_zone"], after["time_zone"] = habit.time_zone, time_zone
        habit.time_zone = time_zone
        habit.save(update_fields=["time_zone"])


def unsubscribe_token(person_id: int, code: str) -> str:
    """What the link of a letter carries: signed, and good for nothing but stopping such letters."""
    return signing.dumps([person_id, code], salt=_SALT)


def unsubscribe_read(token: str) -> tuple[int, str] | None:
    """Person and type; ``None`` when it is made up."""
    try:
        person_id, code = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = types.find(code)
    return (person_id, code) if known is not None and not known.mandatory and (code == DIGEST or not known.letter_only) else None


@transaction.atomic
def unsubscribe(*, token: str) -> str | None:
    """Stop letters of the type, or with that of a digest all that go by digests; the type, or ``None`` when the link is made up."""
    found = unsubscribe_read(token)
    if found is None or not get_user_model()._default_manager.filter(pk=found[0]).exists():
        return None
    person_id, code = found
    wanted = [types.find(code)] if code != DIGEST else [one for one in types.known().values() if not one.mandatory and not one.letter_only]
    choices = {}
    for one in wanted:
        if one is not None:
            ways = ways_of([person_id], one)[person_id]
            if code != DIGEST or ways.letters in {Rhythm.DAILY, Rhythm.WEEKLY}:
                choices[one.code] = Ways(ways.is_shown, Rhythm.NEVER.value)
    choices_set(person_id=person_id, choices=choices)
    return code
