"""Evidence as a table that goes out and comes back. The ledger only grows: a changed row is a new item that supersedes, with its reason."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit.access import NATIONAL, covered
from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Change, Column, Exchange, Narrowing, Values, register
from sheber.spine.competences.models import Competence, Publication
from sheber.spine.organisations import queries as organisations
from sheber.spine.people.queries import belonging, home_paths, homes

from . import services, sources
from .models import EvidenceItem

AT_ONCE: Final = 500
PEOPLE_AT_ONCE: Final = 200
PEOPLE: Final = ("programme", "organisation")
"""Narrowings whose values are people."""
COLUMNS: Final = (
    Column("person", gettext_lazy("Person"), required=True, clean=str.lower, help=gettext_lazy("E-mail.")),
    Column("competence", gettext_lazy("Competence"), required=True, help=gettext_lazy("Its code.")),
    Column("framework", gettext_lazy("Framework"), required=True, help=gettext_lazy("Its code.")),
    Column("version", gettext_lazy("Version"), required=True, help=gettext_lazy("Of the framework.")),
    Column("level", gettext_lazy("Level shown"), "number", required=True, help=gettext_lazy(
        "0 to 5, in tenths. Another level than the exported one corrects the item: a new one takes its place.")),
    Column("observed_on", gettext_lazy("Day"), "date", required=True),
    Column("setting", gettext_lazy("Setting"), "choice", required=True, choices=EvidenceItem.Setting.choices),
    Column("source_kind", gettext_lazy("Kind of source"), required=True,
           help=gettext_lazy("Where it can be opened, like programmes.assessment.")),
    Column("source_id", gettext_lazy("Source"), required=True, help=gettext_lazy("The number of a source that exists.")),
    Column("reason", gettext_lazy("Reason of the correction"), help=gettext_lazy("Needed when a level or a day changes; else empty.")))


def rows(paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """Items in force of the people who belong at or below the paths; withdrawn and superseded ones are left out. Two queries for 500."""
    if ids is not None:
        keys = sorted(int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19)
        for start in range(0, len(keys), AT_ONCE):
            yield from _items(EvidenceItem.objects.filter(pk__in=keys[start:start + AT_ONCE]), paths)
        return
    yield from narrowed(paths, {})


def narrowed(paths: Sequence[str], values: Mapping[str, Any]) -> Iterator[Values]:
    """The same of all who belong there, narrowed; two queries for each 200 people."""
    people: list[int] = []
    for key in _people(values).order_by("pk").values_list("pk", flat=True).iterator(chunk_size=AT_ONCE):
        people.append(key)
        if len(people) == PEOPLE_AT_ONCE:
            yield from _items(EvidenceItem.objects.filter(_wanted(values), person__in=_within(people, paths)), paths)
            people = []
    yield from _items(EvidenceItem.objects.filter(_wanted(values), person__in=_within(people, paths)), paths)


def count(paths: Sequence[str], values: Mapping[str, Any]) -> int:
    """How many rows these are; one query that reads them all."""
    found = EvidenceItem.objects.filter(_wanted(values), superseded_by=None, level__isnull=False)
    if not covered(NATIONAL, paths):
        found = found.filter(belonging(paths, "person_id"))
    for name in PEOPLE:
        if name in values:
            found = found.filter(person__in=values[name])
    return found.count()


def _people(values: Mapping[str, Any]) -> Any:
    found: Any = get_user_model()._default_manager.all()
    for name in PEOPLE:
        if name in values:
            found = found.filter(pk__in=values[name])
    return found


def _wanted(values: Mapping[str, Any]) -> Q:
    columns = {"framework": "competence__framework__code", "first": "observed_on__gte", "last": "observed_on__lte"}
    return Q(**{column: values[name] for name, column in columns.items() if name in values})


def _below(code: str) -> Any:
    """Those who belong to an organisation or below it."""
    row = organisations.by_code(code)
    return None if row is None else get_user_model()._default_manager.filter(belonging([row.path])).values("pk")


def _frameworks() -> list[tuple[str, str]]:
    rows = Competence.objects.filter(framework__status=Publication.PUBLISHED).order_by("framework__code")
    return [(code, code) for code in rows.values_list("framework__code", flat=True).distinct()]


def _items(found: Any, paths: Sequence[str]) -> Iterator[Values]:
    columns = ("pk", "person_id", "person__email", "competence__code", "competence__framework__code", "competence__framework__version",
               "level", "observed_on", "setting", "source_kind", "source_id")
    names = ("person", "competence", "framework", "version", "level", "observed_on", "setting", "source_kind", "source_id")
    told = list(found.filter(superseded_by=None, level__isnull=False).order_by("person_id", "pk").values_list(*columns))
    seen = set(_within({person for _key, person, *_rest in told}, paths))
    for key, person, *values in told:
        if person in seen:
            yield {"id": str(key), "reason": "", **dict(zip(names, values, strict=True))}


def _within(people: Collection[int], paths: Sequence[str]) -> list[int]:
    """Who of them belongs at or below the paths; whoever belongs nowhere is for those who look after the whole nation."""
    if covered(NATIONAL, paths):
        return list(people)
    return [person for person, places in homes(people).items() if any(covered(path, paths) for _node, path in places)]


def lock(ids: Collection[str]) -> None:
    """The items of the file, by number, as a correction takes them."""
    keys = sorted(int(one) for one in ids if one.isascii() and one.isdecimal() and len(one) < 19)
    for start in range(0, len(keys), AT_ONCE):
        list(EvidenceItem.objects.select_for_update().filter(pk__in=keys[start:start + AT_ONCE]).order_by("pk").values_list("pk"))


def apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """Record an observation, or supersede one; whoever brings the file in is the assessor."""
    new = change.new
    person = get_user_model()._default_manager.filter(email__iexact=new["person"]).first()
    if person is None or not any(covered(path, paths) for path in home_paths(person.pk) or (NATIONAL,)):
        raise _refused("person", _("There is no person with this e-mail for whom you may record evidence."))
    level = round(new["level"], 1)
    if not 0 <= new["level"] <= 5 or abs(level - new["level"]) > 1e-9:
        raise _refused("level", _("A level lies between 0 and 5, in tenths."))
    if change.id:
        if not set(change.fields) <= {"level", "observed_on", "reason"}:
            raise _refused("person", _("Only level and day of an item can be corrected. Leave the id empty to record another one."))
        if not {"level", "observed_on"} & set(change.fields):
            raise _refused("reason", _("There is a reason, but neither level nor day differ. Empty the cell."))
        if not new["reason"]:
            raise _refused("reason", _("Say why the earlier item is superseded."))
        if person.pk == getattr(actor, "pk", None):
            raise _refused("person", _("Nobody assesses themselves."))
        services.evidence_supersede(actor=actor, item_id=int(change.id), level=level, reason=new["reason"],
                                    assessor_id=getattr(actor, "pk", None), observed_on=new["observed_on"])
        return
    if new["reason"]:
        raise _refused("reason", _("A new item needs no reason. Empty the cell."))
    competence = Competence.objects.filter(framework__code=new["framework"], framework__version=new["version"], code=new["competence"],
                                           framework__status=Publication.PUBLISHED).first()
    if competence is None:
        raise _refused("competence", _("There is no published competence with this code, framework and version."))
    if not sources.known(new["source_kind"], new["source_id"]):
        raise _refused("source_id", _("There is no such source. Kinds: %(known)s.") % {"known": ", ".join(sources.kinds())})
    services.evidence_record(actor=actor, person_id=person.pk, competence_id=competence.pk, level=level, setting=new["setting"],
                             observed_on=new["observed_on"], source_kind=new["source_kind"], source_id=new["source_id"],
                             assessor_id=getattr(actor, "pk", None))


def _refused(column: str, sentence: str) -> DomainError:
    return DomainError("row_refused", sentence, fields={column: [sentence]})


register(Exchange("evidence", gettext_lazy("Evidence"), COLUMNS, "evidence.view", "evidence.record", rows, apply, lock, gettext_lazy(
    "What people have shown, item by item. Rows are added or corrected by newer ones, never edited."), (
        Narrowing("organisation", gettext_lazy("Organisation"), "code", help=gettext_lazy("Its code; with all below it."), people=_below),
        Narrowing("framework", gettext_lazy("Framework"), "choice", choices=_frameworks),
        Narrowing("first", gettext_lazy("First day"), "date"), Narrowing("last", gettext_lazy("Last day"), "date")), narrowed, count))
