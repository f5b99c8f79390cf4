"""Reading notices, choices and letters; rows as values."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, Min, Q, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.search import matches

from . import types
from .models import Choice, Habit, Letter, Notice, Rhythm
from .rules.wording import sentence_of

_COLUMNS: Final = ("id", "type", "params", "link", "created_at", "read_at")
MOST_SEARCHED: Final = 5000
"""Words stand in no column, because they depend on the language: so many notices of a person are looked through, the newest."""
_UNREAD: Final = "_sheber_unread_notices"
TONES: Final = {"waiting": "info", "sent": "ok", "failed": "bad", "dropped": ""}


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice of a person."""

    id: int
    type: str
    params: Mapping[str, Any]
    link: str
    created_at: dt.datetime
    read_at: dt.datetime | None

    @property
    def title(self) -> str:
        known = types.find(self.type)
        return str(known.title) if known else self.type

    @property
    def sentence(self) -> str:
        """What it says, in the reader's language."""
        known = types.find(self.type)
        return sentence_of(known.sentence, self.params) if known else ""

    @property
    def is_read(self) -> bool:
        return self.read_at is not None

    @property
    def is_important(self) -> bool:
        known = types.find(self.type)
        return known is not None and known.mandatory


@dataclass(frozen=True, slots=True)
class NoticeFilters:
    """Empty means any. ``state``: ``unread`` or ``read``."""

    type: str = ""
    state: str = ""
    words: str = ""


def notice_list(person_id: int, filters: NoticeFilters | None = None, *, offset: int = 0, limit: int | None = 50, order: str = "-id",
                ) -> tuple[tuple[NoticeRow, ...], int, int]:
    """Notices of one person, how many there are with the filters, and without; three queries. ``-`` turns the order."""
    asked = filters or NoticeFilters()
    seen = Notice.objects.filter(person_id=person_id, is_shown=True)
    found = seen.filter(type=asked.type) if asked.type else seen
    if asked.state in {"unread", "read"}:
        found = found.filter(read_at__isnull=asked.state == "unread")
    rows = found.order_by(order, "-id").values_list(*_COLUMNS)
    end = None if limit is None else offset + limit
    if asked.words:
        looked = (NoticeRow(*values) for values in rows[:MOST_SEARCHED])
        fits = [row for row in looked if matches(asked.words, row.title, row.sentence)]
        return tuple(fits[offset:end]), len(fits), seen.count()
    return tuple(NoticeRow(*values) for values in rows[offset:end]), found.count(), seen.count()


def types_of(person_id: int) -> list[tuple[str, str]]:
    """Code and title of the types the person has notices of; one query."""
    codes = Notice.objects.filter(person_id=person_id, is_shown=True).order_by().values_list("type", flat=True).distinct()
    return sorted(((code, str(known.title)) for code in codes if (known := types.find(code))), key=lambda pair: pair[1])


def unread(request: HttpRequest) -> int:
    """How many notices the reader has not read; one query on an index of unread ones, asked once a request, none for guests."""
    if not hasattr(request, _UNREAD):
        person: Any = getattr(request, "user", None)
        known = person is not None and person.is_authenticated
        setattr(request, _UNREAD, Notice.objects.filter(person_id=person.pk, read_at=None, is_shown=True).count() if known else 0)
    count: int = getattr(request, _UNREAD)
    return count


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A type and how the person is told of it."""

    code: str
    title: str
    explanation: str
    is_shown: bool
    letters: str
    is_mandatory: bool
    is_chosen: bool


def choice_list(person_id: int) -> tuple[ChoiceRow, ...]:
    """Every type a person may choose for, mandatory ones first; one query."""
    held = {row[0]: row[1:] for row in Choice.objects.filter(person_id=person_id).values_list("type", "is_shown", "letters")}
    rows = []
    for code, known in types.known().items():
        if known.letter_only:
            continue
        chosen = held.get(code) if not known.mandatory else None
        is_shown, letters = chosen or (True, known.letters)
        rows.append(ChoiceRow(code, str(known.title), str(known.explanation), is_shown, letters, known.mandatory, chosen is not None))
    return tuple(sorted(rows, key=lambda row: (not row.is_mandatory, row.code.split(".")[0], row.title)))


def time_zone_of(person_id: int) -> str:
    """The time zone a person chose; empty: that of the installation."""
    return Habit.objects.filter(person_id=person_id).values_list("time_zone", flat=True).first() or ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter, without its words."""

    id: int
    type: str
    email: str
    language: str
    state: str
    attempts: int
    next_at: dt.datetime | None
    created_at: dt.datetime
    ended_at: dt.datetime | None
    problem: str
    told: str
    token: str
    has_words: bool

    @property
    def title(self) -> str:
        known = types.find(self.type)
        return str(known.title) if known else self.type

    @property
    def is_being_sent(self) -> bool:
        return bool(self.token)

    @property
    def state_label(self) -> str:
        return _("being sent") if self.is_being_sent else str(Letter.State(self.state).label)

    @property
    def tone(self) -> str:
        """For the badge."""
        return "warn" if self.state == "waiting" and self.problem else TONES[self.state]

    @property
    def may_retry(self) -> bool:
        return self.state in {"waiting", "failed"} and not self.token and self.has_words

    @property
    def may_drop(self) -> bool:
        return self.state in {"waiting", "failed"} and not self.token

    @property
    def problem_label(self) -> str:
        """What went wrong at the last attempt, in words."""
        return problems().get(self.problem, self.problem)


def problems() -> dict[str, str]:
    """Words for each code of a problem."""
    return {"receiver_refused": _("The mail server refuses the receiver."), "content_refused": _("The mail server refuses the letter."),
            "server_refused": _("The mail server refuses this installation: name, password or sender."),
            "timed_out": _("The mail server did not answer in time."), "no_connection": _("The mail server cannot be reached, or hung up."),
            "expired": _("It was of no use any more when it could be sent."), "error": _("It could not be handed over."),
            "unreadable": _("Its words cannot be read: the secret key has changed."),
            "superseded": _("A newer letter took its place, or what it says is no longer so."),
            "worker_lost": _("The programs that were to send it ended before they had.")}


_LETTER: Final = ("id", "type", "email", "language", "state", "attempts", "next_at", "created_at", "ended_at", "problem", "told", "token")
_HAS_WORDS: Final = Case(When(sealed="", then=Value(False)), default=Value(True), output_field=BooleanField())
"""Of the sealed words only whether there are any leaves this room."""


def letter_list(*, state: str = "", type: str = "", words: str = "", offset: int = 0, limit: int | None = 50, order: str = "-id",
                ) -> tuple[tuple[LetterRow, ...], int, int]:
    """Letters, how many there are with the filters, and without; three queries."""
    found = Letter.objects.filter(**{name: value for name, value in (("state", state), ("type", type)) if value})
    if words:
        found = found.filter(Q(email__icontains=words) | Q(told__icontains=words) | Q(type__icontains=words))
    end = None if limit is None else offset + limit
    rows = found.order_by(order, "-id").values_list(*_LETTER, _HAS_WORDS)[offset:end]
    return (tuple(LetterRow(*values) for values in rows), found.count(),
            found.count() if not (state or type or words) else Letter.objects.count())


def letter(letter_id: int) -> LetterRow | None:
    """One letter; one query."""
    values: Any = Letter.objects.filter(pk=letter_id).values_list(*_LETTER, _HAS_WORDS).first()
    return LetterRow(*values) if values else None


@dataclass(frozen=True, slots=True)
class Queue:
    """The state of the outbox. ``oldest_due_s``: for how long the oldest letter that may go has been waiting."""

    waiting: int
    held_up: int
    failed: int
    sent_today: int
    oldest_due_s: float


def queue() -> Queue:
    """One query over the letters kept, which are those of a fortnight."""
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    waits = Q(state=Letter.State.WAITING)
    found = Letter.objects.aggregate(
        waiting=Count("pk", filter=waits), held_up=Count("pk", filter=waits & ~Q(problem="")),
        failed=Count("pk", filter=Q(state=Letter.State.FAILED)),
        sent=Count("pk", filter=Q(state=Letter.State.SENT, ended_at__gte=midnight)),
        oldest=Min("next_at", filter=waits & Q(next_at__lte=now, token="")))
    oldest = found["oldest"]
    return Queue(found["waiting"], found["held_up"], found["failed"], found["sent"], (now - oldest).total_seconds() if oldest else 0.0)


def rhythm_choices() -> Sequence[tuple[str, str]]:
    """Value and label of every rhythm."""
    return [(str(value), str(label)) for value, label in Rhythm.choices]
