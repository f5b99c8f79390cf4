"""A programme as plain values: what the metrics, the checks, the importers and the pages agree on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

RequisiteKind = Literal["prerequisite", "corequisite", "strict_corequisite"]
Mode = Literal["I", "T", "U"]
System = Literal["semester", "quarter"]
Texts = Mapping[str, str]

_NOTHING: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Requisite:
    """``need`` of the ``options`` (course codes) must be met; a plain prerequisite has one option and needs one.

    ``need=1`` of several options is any-of; ``need=len(options)`` is all-of.
    """

    kind: RequisiteKind
    options: tuple[str, ...]
    need: int = 1


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of the competence matrix: Introduce, Teach or Utilise ``item`` to ``level`` 1-5."""

    item: str
    mode: Mode
    level: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A learning outcome of a course."""

    code: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Course:
    """A course of a plan. Hours are whole hours over the term; ``term`` counts from 1, empty when not placed."""

    code: str
    title: Texts
    credits: float
    term: int | None = None
    cycle: str = "other"
    delivery: str = "lecture"
    contact_hours: int | None = None
    lab_hours: int | None = None
    self_study_hours: int | None = None
    requisites: tuple[Requisite, ...] = ()
    cells: tuple[Cell, ...] = ()
    features: frozenset[str] = frozenset()
    outcomes: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """A term of study; ``season`` is autumn, winter, spring or summer."""

    number: int
    year: int
    season: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole version of a programme.

    ``term_load`` is (least, wanted, most) credits of a term, or empty when the source states none;
    ``targets`` maps an item of the syllabus to the level required of a graduate, empty when unknown.
    """

    code: str
    title: Texts
    courses: tuple[Course, ...]
    terms: tuple[Term, ...] = ()
    system: System = "semester"
    version: str = ""
    engineer_type: str = ""
    credits: float | None = None
    hours_per_credit: int | None = None
    term_load: tuple[float, float, float] | None = None
    entry_levels: Mapping[str, int] = field(default_factory=lambda: _NOTHING)
    targets: Mapping[str, float] = field(default_factory=lambda: _NOTHING)
    details: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
