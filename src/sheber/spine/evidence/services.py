"""Adding to the ledger. Nothing is ever edited: a correction is a new item that supersedes, a withdrawal one without a level."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Final

import numpy as np
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.engines.competence import Method
from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.competences.models import Competence, Publication
from sheber.spine.people.queries import home_paths

from .models import AttainmentSnapshot, EvidenceItem
from .queries.snapshots import asked_for, computed, packed, standing

TENTH = Decimal("0.1")
PEOPLE_AT_ONCE: Final = 1_000
FAR_BEHIND: Final = 20_000
SETTINGS = frozenset(EvidenceItem.Setting.values)


@dataclass(frozen=True, slots=True)
class NewItem:
    """One observation to be recorded. Name either a person or a rule as assessor."""

    person_id: int
    competence_id: int
    level: Decimal | float | int
    setting: str
    observed_on: dt.date
    source_kind: str
    source_id: str
    assessor_id: int | None = None
    assessor_rule: str = ""
    is_synthetic: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What :func:`evidence_record_many` wrote: ids in the order of the items given."""

    ids: tuple[int, ...]
    digest: str


@transaction.atomic
def evidence_record(*, actor: audit.Actor, person_id: int, competence_id: int, level: Decimal | float | int, setting: str,
                    observed_on: dt.date, source_kind: str, source_id: str, assessor_id: int | None = None, assessor_rule: str = "",
                    is_synthetic: bool = False) -> EvidenceItem:
    """Record one observation. Raises ``DomainError`` with the codes of :func:`evidence_record_many`."""
    new = NewItem(person_id, competence_id, level, setting, observed_on, source_kind, source_id, assessor_id, assessor_rule, is_synthetic)
    _check([new])
    item = _item(new)
    item.save()
    audit.record(actor=actor, verb="evidence.recorded", target=item, scope_path=_scope(person_id),
                 after={"person": item.person.name, "competence": item.competence.code, "level": item.level, "setting": setting,
                        "observed_on": observed_on, "source_kind": source_kind, "source_id": source_id}, about=person_id)
    return item


@transaction.atomic
def evidence_record_many(*, actor: audit.Actor, items: Iterable[NewItem], reason: str = "", scope_path: str = "") -> Recorded:
    """Record many observations, all or none, with one entry in the audit trail that carries a digest of them all.

    Raises ``DomainError`` and names the first wrong row (counted from 1) in ``detail["row"]``: ``evidence_level_range``,
    ``evidence_setting_unknown``, ``evidence_in_future``, ``evidence_one_assessor``, ``evidence_of_oneself``, ``evidence_no_source``,
    ``evidence_not_published`` (the framework of the competence), ``evidence_refers_to_nothing``.
    """
    wanted = list(items)
    if not wanted:
        return Recorded((), "")
    _check(wanted)
    rows = [_item(new) for new in wanted]
    now = timezone.now()
    try:
        with transaction.atomic():
            for row in rows:
                row.recorded_at = now
            EvidenceItem.objects.bulk_create(rows, batch_size=2000)
    except IntegrityError as no:
        raise DomainError("evidence_refers_to_nothing", _("A person, a competence or an assessor does not exist.")) from no
    digest = sha256()
    for row in rows:
        digest.update(f"{row.pk}|{row.person_id}|{row.competence_id}|{row.level}|{row.setting}|{row.observed_on}|{row.source_kind}|"
                      f"{row.source_id}|{row.assessor_id}|{row.assessor_rule}\n".encode())
    ids = tuple(row.pk for row in rows)
    audit.record(actor=actor, verb="evidence.recorded_many", target=("evidence.evidenceitem", f"{min(ids)}-{max(ids)}"), reason=reason,
                 scope_path=scope_path, after={"count": len(ids), "first_id": min(ids), "last_id": max(ids), "digest": digest.hexdigest(),
                                               "people": len({row.person_id for row in rows})})
    return Recorded(ids, digest.hexdigest())


@transaction.atomic
def evidence_supersede(*, actor: audit.Actor, item_id: int, level: Decimal | float | int, reason: str, assessor_id: int | None = None,
                       assessor_rule: str = "", observed_on: dt.date | None = None) -> EvidenceItem:
    """Correct an item by a new one. The assessor and the day stay unless others are named.

    Raises ``DomainError``: ``evidence_superseded_already``, ``evidence_withdrawn``, ``reason_missing`` and those of recording.
    """
    return _follow(actor=actor, item_id=item_id, level=level, reason=reason, assessor_id=assessor_id, assessor_rule=assessor_rule,
                   observed_on=observed_on)


@transaction.atomic
def evidence_withdraw(*, actor: audit.Actor, item_id: int, reason: str) -> EvidenceItem:
    """Take an item back by a new one without a level. Raises ``DomainError`` as :func:`evidence_supersede` does."""
    return _follow(actor=actor, item_id=item_id, level=None, reason=reason)


def _follow(*, actor: audit.Actor, item_id: int, level: Decimal | float | int | None, reason: str, assessor_id: int | None = None,
            assessor_rule: str = "", observed_on: dt.date | None = None) -> EvidenceItem:
    before = EvidenceItem.objects.select_for_update().get(pk=item_id)
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why the earlier item is superseded."))
    if before.level is None:
        raise DomainError("evidence_withdrawn", _("This item is a withdrawal: record a new observation instead."))
    if EvidenceItem.objects.filter(supersedes_id=item_id).exists():
        raise DomainError("evidence_superseded_already", _("This item was superseded already: correct the newest one."))
    if assessor_id is None and not assessor_rule:
        assessor_id, assessor_rule = before.assessor_id, before.assessor_rule
    new = NewItem(before.person_id, before.competence_id, 0 if level is None else level, before.setting, observed_on or before.observed_on,
                  before.source_kind, before.source_id, assessor_id, assessor_rule, before.is_synthetic)
    _check([new], latest=before.observed_on)           # a clock that was set back makes no item uncorrectable
    item = _item(new)
    if level is None:
        item.level = None
    item.supersedes, item.reason = before, reason.strip()
    item.save()
    audit.record(actor=actor, verb="evidence.withdrawn" if level is None else "evidence.superseded", target=item, reason=reason.strip(),
                 scope_path=_scope(item.person_id), before={"id": before.pk, "level": before.level, "observed_on": before.observed_on},
                 after={"level": item.level, "observed_on": item.observed_on}, about=item.person_id)
    return item


def _check(wanted: Sequence[NewItem], *, latest: dt.date | None = None) -> None:
    """Refuse the first row that cannot be evidence; one query, whatever the number of rows. ``latest``: a day that was taken already."""
    today = max(timezone.localdate(), latest or dt.date.min)
    published = set(Competence.objects.filter(pk__in={new.competence_id for new in wanted},
                                              framework__status=Publication.PUBLISHED).values_list("pk", flat=True))
    for row, new in enumerate(wanted, start=1):
        for code, is_wrong in (
                ("evidence_level_range", _tenths(new.level) is None),
                ("evidence_setting_unknown", new.setting not in SETTINGS),
                ("evidence_in_future", new.observed_on > today),
                ("evidence_one_assessor", (new.assessor_id is None) == (not new.assessor_rule)),
                ("evidence_of_oneself", new.assessor_id == new.person_id),
                ("evidence_no_source", not (new.source_kind and new.source_id)),
                ("evidence_not_published", new.competence_id not in published)):
            if is_wrong:
                raise DomainError(code, _why(code), row=row)


def _why(code: str) -> str:
    return {
        "evidence_level_range": _("A level lies between 0 and 5."),
        "evidence_setting_unknown": _("There is no such kind of setting."),
        "evidence_in_future": _("An observation cannot lie in the future."),
        "evidence_one_assessor": _("Name either a person or a rule as assessor."),
        "evidence_of_oneself": _("Nobody assesses themselves."),
        "evidence_no_source": _("Say where the evidence can be opened."),
        "evidence_not_published": _("Evidence is recorded for competences of a published framework only."),
    }[code]


def _tenths(level: Decimal | float | int) -> Decimal | None:
    """The level in tenths, or ``None`` when it is no level."""
    try:
        exact = Decimal(str(level)).quantize(TENTH)
    except InvalidOperation:
        return None
    return exact if exact.is_finite() and 0 <= exact <= 5 else None


def _item(new: NewItem) -> EvidenceItem:
    return EvidenceItem(person_id=new.person_id, competence_id=new.competence_id, level=_tenths(new.level), setting=new.setting,
                        observed_on=new.observed_on, source_kind=new.source_kind, source_id=new.source_id, assessor_id=new.assessor_id,
                        assessor_rule=new.assessor_rule, is_synthetic=new.is_synthetic)


def _scope(person_id: int) -> str:
    return next(iter(home_paths(person_id)), "")


def snapshots_refresh(*, person_ids: Sequence[int], competence_ids: Sequence[int], on_day: dt.date, method: Method,
                      newest: int) -> Iterator[int]:
    """Compute and keep the figures of those whose snapshot is of another day, or whose ledger has moved on.

    ``newest`` is what :func:`queries.horizon` gave before. Yields, for each 1,000 people that were looked at, how many were computed; what
    was yielded stays. An item that is added meanwhile is no harm: its id is larger, so the person counts as moved on.
    Snapshots that hold but are far behind are told that they hold, so that readers need not look through what came since.
    """
    ids, asked = np.unique(np.asarray(person_ids, dtype=np.int64)), asked_for(competence_ids, method)
    for start in range(0, ids.size, PEOPLE_AT_ONCE):
        part = ids[start:start + PEOPLE_AT_ONCE]
        known = standing(part, competence_ids, on_day=on_day, method=method)
        wanted = part[~known.holds]
        if wanted.size:
            figures = packed(computed(wanted, competence_ids, on_day=on_day, method=method))
            now, day = timezone.now(), on_day.toordinal()
            AttainmentSnapshot.objects.bulk_create(
                [AttainmentSnapshot(person_id=person, asked=asked, measured_day=day, newest=newest, figures=one.tobytes(), computed_at=now)
                 for person, one in zip(wanted.tolist(), figures, strict=True)],
                update_conflicts=True, unique_fields=["person", "asked"], batch_size=500,
                update_fields=["measured_day", "newest", "figures", "computed_at"])
        AttainmentSnapshot.objects.filter(asked=asked, person_id__in=part[known.holds].tolist(), newest__lt=newest - FAR_BEHIND).update(
            newest=newest)
        yield int(wanted.size)
