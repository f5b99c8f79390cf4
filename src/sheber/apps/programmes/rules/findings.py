"""What a check finds: a stable code, a place a page can link to, and the values a sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Severity = Literal["error", "warning", "note"]

#: An error makes the plan impossible to study and blocks publishing; a warning breaks a rule of the programme;
#: a note is worth a look.
SEVERITY: Final[Mapping[str, Severity]] = MappingProxyType({
    "prerequisite_cycle": "error",
    "prerequisite_not_earlier": "error",
    "corequisite_too_late": "error",
    "strict_corequisite_apart": "error",
    "unknown_prerequisite": "error",
    "unknown_corequisite": "error",
    "choose_impossible": "error",
    "requisite_contradiction": "error",
    "unknown_term": "error",
    "term_load": "warning",
    "credit_total": "warning",
    "course_not_placed": "warning",
    "hours_mismatch": "warning",
    "no_practice_in_year": "warning",
    "introduced_never_taught": "warning",
    "used_before_taught": "warning",
    "target_not_reached": "warning",
    "target_unknown": "note",
    "requisite_redundant": "note",
    "course_needed_by_nobody": "note",
})
CODES: Final = tuple(SEVERITY)


@dataclass(frozen=True, slots=True)
class Repair:
    """A way out, worked out from the plan; ``action`` is a stable code, ``values`` fill its sentence."""

    action: str
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a plan.

    ``course``, ``item`` and ``term`` are anchors: course and item together name a cell of the matrix.
    """

    code: str
    place: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    course: str = ""
    item: str = ""
    term: int | None = None
    repair: Repair | None = None

    @property
    def severity(self) -> Severity:
        return SEVERITY[self.code]

    @property
    def place_text(self) -> str:
        """The place in one line, such as ``term 5 36`` or ``4.2 0<2``."""
        return " ".join(self.place)


def figure(number: float) -> str:
    """A number as short as it can be written: 30, 2.5."""
    return f"{number:g}"
