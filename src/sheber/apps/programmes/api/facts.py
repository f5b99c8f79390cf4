"""Facts and terms of a draft, its targets and entry levels."""

from typing import Annotated, Any, Literal

from ninja import Router
from pydantic import Field

from sheber.apps.programmes import services
from sheber.apps.programmes.queries.editing import version_targets_of
from sheber.engines.curriculum import plan as values
from sheber.kit.api import In, Out, Problem, Prose, Texts, TextsIn, Word
from sheber.kit.http import Request

from .common import LEVEL, READ, VERSION, Degree, System, version_named
from .courses import Saved

router = Router(tags=["facts and targets"])
Season = Literal["autumn", "winter", "spring", "summer"]
OWN = "Item to its own level, 0 to 5, where it differs from that of the engineer type; null: not asked of this programme."
ENTRY = "Item to the level assumed at entry, 0 to 5."


class TermIn(In):
    """A term of study."""

    number: int = Field(ge=1, le=40, description="Counts from 1.")
    year: int = Field(ge=1, le=8)
    season: Season


class LoadIn(In):
    """Credits of a term, in order."""

    least: float = Field(ge=0, le=120)
    wanted: float = Field(ge=0, le=120)
    most: float = Field(ge=0, le=120)


class FactsWhole(In):
    """All facts of a version, by the names under which a version is read. Nothing is left out, so nothing is lost."""

    title: TextsIn
    degree: Degree
    engineer_type: Word
    qualification: TextsIn
    nqf: int = Field(ge=1, le=8, description="Level of the national qualifications framework.")
    eqf: int = Field(ge=1, le=8, description="Level of the European qualifications framework.")
    isced_f: Word = Field(description="Field of study, ISCED-F, at most 8 characters.", examples=["0715"])
    classifier_group: Word = Field(description="At most 12 characters.", examples=["B171"])
    languages: list[Word] = Field(max_length=20)
    sectors: list[Word] = Field(max_length=100)
    years: int = Field(ge=1, le=8)
    credits: int = Field(ge=1, le=600, description="Academic credits (ECTS) of the whole programme.")
    hours_per_credit: int = Field(ge=1, le=60)
    system: System
    term_load: LoadIn
    admission: TextsIn
    practice_note: TextsIn
    task_complexity: Word = Field(description="At most 40 characters.")
    terms: list[TermIn] = Field(max_length=40)

    def plain(self) -> dict[str, Any]:
        """What the service takes."""
        found = self.model_dump(exclude={"title", "engineer_type", "term_load", "terms"})
        load = self.term_load
        return found | {"engineer_type_id": self.engineer_type, "term_load_min": load.least, "term_load_target": load.wanted,
                        "term_load_max": load.most}


class FactsChange(In):
    """Facts a draft is to have."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    facts: FactsWhole
    reason: Prose = ""


class ItemTargetOut(Out):
    """An item with the level required of a graduate and the level assumed at entry."""

    item: str = Field(examples=["4.3"])
    title: Texts
    of_engineer_type: float | None = Field(description=LEVEL + " Empty: not required.")
    is_own: bool = Field(description="The programme states its own.")
    own: float | None = Field(description=LEVEL + " Empty with is_own: not asked of this programme.")
    entry: int | None = Field(description=LEVEL)


class TargetsOut(Out):
    """Targets of a version; ``own_targets`` and ``entry_levels`` are what a change sends back."""

    edit_version: int = Field(description="To be sent back with a change.")
    own_targets: dict[str, float | None] = Field(description=OWN)
    entry_levels: dict[str, int] = Field(description=ENTRY)
    items: list[ItemTargetOut]


class TargetsChange(In):
    """Targets and entry levels a draft is to have: what is left out is that of the engineer type, or not assumed."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    own_targets: dict[Word, Annotated[float, Field(ge=0, le=5)] | None] = Field(max_length=1000, description=OWN)
    entry_levels: dict[Word, Annotated[int, Field(ge=0, le=5)]] = Field(max_length=1000, description=ENTRY)
    reason: Prose = Field("", description="Must be given when own targets change.")


@router.put(f"{VERSION}/facts", response={200: Saved, 409: Problem}, url_name="programmes_facts", operation_id="facts_set")
def facts_set(request: Request, code: str, version: str, change: FactsChange) -> Any:
    """Replace the facts and terms of a draft and the title of its programme."""
    row = version_named(request, code, version, "programme.edit")
    facts = change.facts
    number = services.facts_update(version_id=row.id, title=facts.title.model_dump(), facts=facts.plain(),
                                   terms=[values.Term(one.number, one.year, one.season) for one in facts.terms], actor=request.user,
                                   edit_version=change.edit_version, reason=change.reason)
    return {"edit_version": number}


@router.get(f"{VERSION}/targets", response={200: TargetsOut}, url_name="programmes_targets", operation_id="targets_detail")
def targets_detail(request: Request, code: str, version: str) -> Any:
    """Targets and entry levels beside those of the engineer type."""
    found = version_targets_of(version_named(request, code, version, "programme.overview").id)
    items = [{"item": one.item.code, "title": one.item.title, "of_engineer_type": one.default, "is_own": one.is_own, "own": one.own,
              "entry": one.entry} for one in found.rows]
    return {"edit_version": found.edit_version, "items": items,
            "own_targets": {**found.kept_overrides, **{one.item.code: one.own for one in found.rows if one.is_own}},
            "entry_levels": {**found.kept_entry, **{one.item.code: one.entry for one in found.rows if one.entry is not None}}}


@router.put(f"{VERSION}/targets", response={200: Saved, 409: Problem}, url_name="programmes_targets", operation_id="targets_set")
def targets_set(request: Request, code: str, version: str, change: TargetsChange) -> Any:
    """Replace the own targets and the entry levels of a draft. 422 `reason_missing` when own targets change without a reason."""
    row = version_named(request, code, version, "programme.edit")
    number = services.targets_update(version_id=row.id, overrides=change.own_targets, entry_levels=change.entry_levels, actor=request.user,
                                     edit_version=change.edit_version, reason=change.reason)
    return {"edit_version": number}
