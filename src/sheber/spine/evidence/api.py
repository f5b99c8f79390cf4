"""The ledger of evidence over the API. Nothing is ever edited: a correction is a new item."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from sheber.kit.api import In, Out, Page, Paging, Problem, Prose, Texts, Word, filled, page
from sheber.kit.errors import DomainError
from sheber.kit.http import Request
from sheber.spine.competences import queries as competences
from sheber.spine.people import queries as people

from . import queries, services, sources
from .queries import ItemRow
from .sources import Source

router = Router(tags=["evidence"])
Setting = Literal["course", "industrial_task", "machine_induction", "bench_fault", "research", "workplace", "employer_rating"]
LEVEL = "Level shown, 0 to 5 in steps of 0.1."


class SourceOut(Out):
    """What was assessed, and where it can be opened."""

    kind: str
    id: str
    title: str
    url: str = Field(description="Page of the source; empty when there is none or the reader may not open it.")


class EvidenceOut(Out):
    """One item of evidence."""

    id: int
    person_id: int
    person_name: Texts
    framework_code: str
    framework_version: str
    competence_code: str = Field(examples=["4.3"])
    competence_title: Texts
    level: float | None = Field(description=LEVEL + " Empty when the item takes an earlier one back.")
    setting: str
    assessor_name: Texts | None = Field(description="The person who assessed, unless a rule did.")
    assessor_rule: str = Field(description="The rule of a system that assessed, unless a person did.")
    observed_on: dt.date
    recorded_at: dt.datetime
    source: SourceOut
    supersedes_id: int | None
    superseded_by_id: int | None
    reason: str = Field(description="Why the earlier item is superseded.")
    is_current: bool = Field(description="Whether it counts.")
    is_synthetic: bool = Field(description="Made for the demonstration.")


class LinkOut(Out):
    """An item in a line of corrections."""

    id: int
    level: float | None = Field(description=LEVEL + " Empty for a withdrawal.")
    observed_on: dt.date
    recorded_at: dt.datetime
    assessor_name: Texts | None
    assessor_rule: str
    reason: str


class EvidenceDetail(EvidenceOut):
    """An item with its line of corrections."""

    chain: list[LinkOut] = Field(description="Oldest first, the item itself among them.")


class EvidencePage(Page[EvidenceOut]):
    """A part of a ledger, newest observation first."""


class LedgerFilters(Schema):
    """Which items of a ledger."""

    setting: Setting | None = Field(None, description="Kind of setting.")
    current_only: bool = Field(False, description="Only items that count.")


class EvidenceIn(In):
    """An observation to be recorded; whoever is signed in is the assessor."""

    person_id: int = Field(ge=1, lt=10**18)
    framework: Word = Field(examples=["CDIO"])
    framework_version: Word = Field(examples=["2.0"])
    competence: Word = Field(description="Code of the item.", examples=["4.3"])
    level: float = Field(ge=0, le=5, description=LEVEL, examples=[3.5])
    setting: Setting
    observed_on: dt.date = Field(description="Not in the future.")
    source_kind: Word = Field(description="Kind of the source.", examples=["programmes.assessment"])
    source_id: Word = Field(description="Key of a source that exists.", examples=["1204"])


class Correction(In):
    """What takes the place of an item."""

    level: float = Field(ge=0, le=5, description=LEVEL)
    reason: Prose = Field(description="Why; kept for good.", examples=["Two points of the report were not counted."])
    observed_on: dt.date | None = Field(None, description="The day of the earlier item, unless another is named.")


class Withdrawal(In):
    """Why an item is taken back."""

    reason: Prose


@router.get("/people/{key:person_id}/evidence", response={200: EvidencePage}, url_name="evidence_ledger", operation_id="evidence_list")
def ledger(request: Request, person_id: int, filters: Query[LedgerFilters], paging: Query[Paging]) -> Any:
    """A person's ledger, superseded items included unless they are left out."""
    found = queries.ledger_part(person_id, offset=paging.offset, limit=paging.limit, setting=filters.setting or "",
                                current_only=filters.current_only)
    return page([_item(row, found.sources, request.user) for row in found.rows], found.total, paging)


@router.get("/evidence/{key:item_id}", response={200: EvidenceDetail}, url_name="evidence_item", operation_id="evidence_detail")
def item(request: Request, item_id: int) -> Any:
    """One item with its line of corrections."""
    return _detail(item_id, request.user)


@router.post("/evidence", response={201: EvidenceDetail, 409: Problem}, url_name="evidence_record", operation_id="evidence_record")
def record(request: Request, new: EvidenceIn) -> Any:
    """Record one observation of a person below an organisation where the reader may record."""
    if not any(request.access.allowed("evidence.record", path) for path in people.home_paths(new.person_id)):
        raise PermissionDenied
    framework = competences.framework(new.framework, new.framework_version)
    competence_id = competences.competence_ids(framework.id).get(new.competence) if framework else None
    if competence_id is None:
        raise DomainError("unknown_item", _("There is no such item in this framework."), item=new.competence)
    if not sources.known(new.source_kind, new.source_id):
        raise DomainError("evidence_no_source", _("Say where the evidence can be opened."), kinds=list(sources.kinds()))
    made = services.evidence_record(
        actor=request.user, person_id=new.person_id, competence_id=competence_id, level=new.level, setting=new.setting,
        observed_on=new.observed_on, source_kind=new.source_kind, source_id=new.source_id, assessor_id=request.user.pk)
    return Status(201, _detail(made.pk, request.user))


@router.post("/evidence/{key:item_id}/supersede", response={201: EvidenceDetail, 409: Problem}, url_name="evidence_supersede",
             operation_id="evidence_supersede")
def supersede(request: Request, item_id: int, correction: Correction) -> Any:
    """Correct an item by a new one."""
    _not_ones_own(item_id, request.user.pk)
    made = services.evidence_supersede(actor=request.user, item_id=item_id, level=correction.level, reason=correction.reason,
                                       assessor_id=request.user.pk, observed_on=correction.observed_on)
    return Status(201, _detail(made.pk, request.user))


@router.post("/evidence/{key:item_id}/withdraw", response={201: EvidenceDetail, 409: Problem}, url_name="evidence_withdraw",
             operation_id="evidence_withdraw")
def withdraw(request: Request, item_id: int, withdrawal: Withdrawal) -> Any:
    """Take an item back: the answer is the item that says so."""
    _not_ones_own(item_id, request.user.pk)
    made = services.evidence_withdraw(actor=request.user, item_id=item_id, reason=withdrawal.reason)
    return Status(201, _detail(made.pk, request.user))


def _not_ones_own(item_id: int, reader_id: int | None) -> None:
    if queries.owner_of(item_id) == reader_id:
        raise DomainError("evidence_of_oneself", _("Nobody assesses themselves."))


def _detail(item_id: int, reader: Any) -> dict[str, Any]:
    found = queries.item_detail(item_id)
    if found is None:
        raise LookupError(_("There is no such item of evidence."))
    made = _item(found.item, {found.item.source_key: found.source}, reader)
    return made | {"chain": [filled(LinkOut, one) for one in found.chain]}


def _item(row: ItemRow, found: Mapping[tuple[str, str], Source], reader: Any) -> dict[str, Any]:
    source = found[row.source_key]
    url = source.url if source.url and source.visible_to(reader) else ""
    return filled(EvidenceOut, row, source={"kind": row.source_kind, "id": row.source_id, "title": source.title, "url": url})
