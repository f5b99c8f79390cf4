"""The plan inside the import template: two courses that show every column."""

from types import MappingProxyType

from sheber.engines.curriculum.plan import Cell, Course, Outcome, Plan, Requisite, Term


def _texts(kk: str, ru: str, en: str) -> MappingProxyType[str, str]:
    return MappingProxyType({"kk": kk, "ru": ru, "en": en})


def template_plan() -> Plan:
    """An example small enough to be overwritten; its codes begin with EXAMPLE."""
    first = Course(
        code="EXAMPLE101", title=_texts("Мысал пән 1", "Пример дисциплины 1", "Example course 1"), credits=5, term=1, cycle="basic",
        delivery="lecture", contact_hours=45, lab_hours=0, self_study_hours=105, cells=(Cell("1.1", "T", 2),),
        outcomes=(Outcome("EXAMPLE101-LO1", _texts("Теңдеуді шешеді.", "Решает уравнение.", "Solve an equation.")),))
    second = Course(
        code="EXAMPLE201", title=_texts("Мысал пән 2", "Пример дисциплины 2", "Example course 2"), credits=5, term=2, cycle="major",
        delivery="project", contact_hours=15, lab_hours=45, self_study_hours=90, requisites=(Requisite("prerequisite", ("EXAMPLE101",)),),
        cells=(Cell("1.1", "U", 2), Cell("4.4", "I", 1)), features=frozenset({"industrial_practice"}))
    return Plan(
        code="6B07100", title=_texts("Мысал бағдарлама", "Пример программы", "Example programme"), courses=(first, second),
        terms=(Term(1, 1, "autumn"), Term(2, 1, "spring")), version="2027.1", engineer_type="line_engineer", credits=240,
        hours_per_credit=30, term_load=(27.0, 30.0, 33.0),
        details=MappingProxyType({"degree": "bachelor", "nqf": 6, "eqf": 6, "years": 4, "languages": ("kk", "ru")}))
