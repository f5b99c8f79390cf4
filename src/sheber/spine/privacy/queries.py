"""Reading requests, erasures and consents."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.utils import timezone

from sheber.kit import consent
from sheber.kit.localised import LocalisedText
from sheber.kit.tables import Query, Slice
from sheber.spine.people.queries.people import belonging

from .models import ConsentChange, Erasure, ErasureRequest

_REQUEST = ("id", "person_id", "person__name", "words", "asked_at", "due_on", "state", "decided_at", "decided_by__name", "answer",
            "kept_until")


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for erasure as those who decide see it."""

    id: int
    person_id: int
    person_name: LocalisedText
    words: str
    asked_at: dt.datetime
    due_on: dt.date
    state: str
    decided_at: dt.datetime | None
    decided_by_name: LocalisedText | None
    answer: str
    kept_until: dt.date | None

    @property
    def is_waiting(self) -> bool:
        return self.state == ErasureRequest.State.WAITING

    @property
    def is_late(self) -> bool:
        return self.is_waiting and self.due_on < timezone.localdate()

    @property
    def state_label(self) -> str:
        return str(ErasureRequest.State(self.state).label)


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A purpose and what a person said to it. ``is_outdated``: they agreed to an earlier text, which no longer holds."""

    code: str
    version: int
    title: str
    text: str
    is_given: bool
    is_outdated: bool
    since: dt.datetime | None
    preview: str = ""


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many consent to a purpose today, in its present version."""

    code: str
    version: int
    title: str
    given: int


def request_of(person_id: int) -> RequestRow | None:
    """The newest request of a person."""
    values = ErasureRequest.objects.filter(person_id=person_id).order_by("-id").values_list(*_REQUEST).first()
    return RequestRow(*values) if values else None


def request_detail(request_id: int) -> RequestRow | None:
    """One request."""
    values = ErasureRequest.objects.filter(pk=request_id).values_list(*_REQUEST).first()
    return RequestRow(*values) if values else None


_ORDER = {"person": "person__sort_en", "asked": "asked_at", "due": "due_on", "state": "state", "decided": "decided_at"}


def requests(wanted: Query, *, paths: Sequence[str]) -> Slice[RequestRow]:
    """Requests of people who belong at or below the paths; three queries."""
    mine = ErasureRequest.objects.filter(belonging(paths, "person_id"))
    found = mine
    if state := wanted.filters.get("state"):
        found = found.filter(state=state)
    for word in wanted.words.casefold().split():
        found = found.filter(person__search_text__contains=word)
    order = ("-" if wanted.descending else "") + _ORDER.get(wanted.sort, "due_on")
    rows = found.order_by(order, "id").values_list(*_REQUEST)[wanted.offset:wanted.offset + wanted.limit if wanted.limit else None]
    return Slice([RequestRow(*values) for values in rows], found.count(), mine.count())


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many requests wait, and the earliest day by which one is to be decided."""

    count: int
    first_due_on: dt.date


def waiting(paths: Sequence[str]) -> Waiting | None:
    """Requests that wait, of people who belong at or below the paths; ``None``: nothing waits. One query."""
    found = ErasureRequest.objects.filter(belonging(paths, "person_id"), state=ErasureRequest.State.WAITING).aggregate(
        count=Count("pk", distinct=True), first=Min("due_on"))
    return Waiting(found["count"], found["first"]) if found["count"] else None


def kept(person_id: int) -> RequestRow | None:
    """The refusal that keeps a person's data until a day that has not passed."""
    found = ErasureRequest.objects.filter(person_id=person_id, kept_until__gte=timezone.localdate()).order_by("-kept_until")
    values = found.values_list(*_REQUEST).first()
    return RequestRow(*values) if values else None


def is_erased(person_id: int) -> bool:
    """Whether the person was erased."""
    return Erasure.objects.filter(pk=person_id).exists()


def journal() -> list[dict[str, str | int]]:
    """Who was erased, as it is kept outside of backups: number, when the account was made, when it was erased. Nothing that names them."""
    rows = Erasure.objects.order_by("pk").values_list("pk", "account_made_at", "erased_at")
    return [{"person": key, "made": made.isoformat(), "erased": erased.isoformat()} for key, made, erased in rows]


def _newest(person_id: int) -> Mapping[str, ConsentChange]:
    return {row.purpose: row for row in ConsentChange.objects.filter(person_id=person_id).order_by("id")}


def consents(person_id: int, purpose: str = "") -> tuple[ConsentRow, ...]:
    """Every purpose, or one, and what the person said to it; one query. Nothing said is nothing given."""
    said, rows = _newest(person_id), []
    for one in consent.purposes().values():
        if purpose in ("", one.code):
            row = said.get(one.code)
            given = row is not None and row.is_given
            outdated = given and row is not None and row.version < one.version
            rows.append(ConsentRow(one.code, one.version, str(one.title), str(one.text), given and not outdated, outdated,
                                   row.at if row else None, one.preview))
    return tuple(rows)


def allowed(person_id: int, purpose: str) -> bool:
    """Whether the person consents to the purpose, as it is worded now. Raises ``KeyError``: nobody states such a purpose."""
    return consenting(purpose).filter(person=person_id).exists()


def consenting(purpose: str) -> "QuerySet[Any, Any]":
    """Ids of the people who consent to the purpose, as it is worded now: a subquery for whoever acts on it, and the one place where it is
    decided. What was taken back holds from the next query on; a closed or erased account consents to nothing.

    Raises ``KeyError``: nobody states such a purpose.
    """
    version = consent.purposes()[purpose].version
    return _standing().filter(purpose=purpose, version__gte=version).values("person")


def _standing() -> "QuerySet[ConsentChange]":
    """Consents that were not taken back since, whatever the version of their text."""
    later = ConsentChange.objects.filter(person=OuterRef("person"), purpose=OuterRef("purpose"), pk__gt=OuterRef("pk")).order_by()
    return ConsentChange.objects.filter(~Exists(later), is_given=True, person__is_active=True).order_by()


def history(person_id: int) -> tuple[ConsentChange, ...]:
    """What the person gave and took back, newest first."""
    return tuple(ConsentChange.objects.filter(person_id=person_id).order_by("-id")[:200])


def counts(*, paths: Sequence[str]) -> tuple[CountRow, ...]:
    """How many people who belong at or below the paths consent to each purpose; one query. No names."""
    held = _standing().filter(belonging(paths, "person_id"))
    found: dict[str, int] = {}
    for code, version in held.values_list("purpose", "version"):
        one = consent.purposes().get(code)
        if one is not None and version >= one.version:
            found[code] = found.get(code, 0) + 1
    return tuple(CountRow(one.code, one.version, str(one.title), found.get(one.code, 0)) for one in consent.purposes().values())
