"""What a plan leaves open and a version must state: taken from elsewhere by declared rules, or named as missing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from sheber.engines.curriculum.plan import Plan

#: Levels of the national and the European framework that go with a degree; NQF of Kazakhstan follows the EQF here.
DEGREE_LEVEL: Final[Mapping[str, int]] = {
    "college": 4, "applied_bachelor": 5, "bachelor": 6, "master_profile": 7, "master_scientific": 7, "doctor": 8}
DEFAULT_TERM_LOAD: Final = (27.0, 30.0, 33.0)
DEFAULT_HOURS_PER_CREDIT: Final = 30
SYLLABUS: Final = "2.0"


@dataclass(frozen=True, slots=True)
class Completed:
    """The plan with everything stated, and the names of what nothing could tell."""

    plan: Plan
    missing: tuple[str, ...]


def complete_plan(plan: Plan, *, facts: Mapping[str, object], earlier: Plan | None) -> Completed:
    """Fill what the plan leaves open: from ``facts`` given with it, then from the ``earlier`` version, then by rule.

    Years follow from the terms, levels from the degree, credits from the courses; load and hours are those of the standard.
    """
    known: dict[str, object] = {**(earlier.details if earlier else {}), **{k: v for k, v in plan.details.items() if v}, **facts}
    engineer_type = str(facts.get("engineer_type") or plan.engineer_type or (earlier.engineer_type if earlier else ""))
    version = str(facts.get("version") or plan.version or (earlier.version if earlier else "") or "1")
    code = str(facts.get("code") or plan.code)
    if not known.get("years"):
        known["years"] = max((term.year for term in plan.terms), default=0) or -(-max((c.term or 0 for c in plan.courses), default=0) // 2)
    degree = str(known.get("degree") or "")
    for level in ("nqf", "eqf"):
        if not known.get(level) and degree in DEGREE_LEVEL:
            known[level] = DEGREE_LEVEL[degree]
    missing = [name for name, value in (("code", code), ("engineer_type", engineer_type), ("degree", degree), ("nqf", known.get("nqf")),
                                        ("eqf", known.get("eqf")), ("years", known.get("years"))) if not value]
    total = plan.credits if plan.credits is not None else sum(course.credits for course in plan.courses)
    filled = replace(
        plan, code=code, version=version, engineer_type=engineer_type, credits=float(round(total)),
        term_load=plan.term_load or DEFAULT_TERM_LOAD,
        hours_per_credit=plan.hours_per_credit or DEFAULT_HOURS_PER_CREDIT, title=plan.title or (earlier.title if earlier else {}),
        details=MappingProxyType(known))
    return Completed(filled, tuple(missing))
