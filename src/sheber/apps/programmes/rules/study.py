"""Where a student stands in the time of a programme: year of study, terms behind and terms ahead. Plain values."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from sheber.engines.curriculum.plan import Term

YEAR_BEGINS: Final = (9, 1)
# Month and day on which a season's term is over, and how many years after the study year began that is.
TERM_ENDS: Final = {"autumn": (1, 31, 1), "winter": (3, 31, 1), "spring": (6, 30, 1), "summer": (8, 31, 1)}


def academic_year(on_day: date) -> int:
    """The calendar year in which the running academic year began; it begins on 1 September.

    >>> academic_year(date(2026, 8, 31)), academic_year(date(2026, 9, 1))
    (2025, 2026)
    """
    return on_day.year if on_day >= date(on_day.year, *YEAR_BEGINS) else on_day.year - 1


def year_of_study(entry_year: int, on_day: date, years: int) -> int:
    """1 in the first year, ``years`` in the last and ever after."""
    return min(max(academic_year(on_day) - entry_year + 1, 1), years)


def term_over(entry_year: int, term: Term) -> date:
    """The last day of a term for those who entered in the autumn of ``entry_year``.

    >>> term_over(2024, Term(3, 2, "autumn")), term_over(2024, Term(4, 2, "spring"))
    (datetime.date(2026, 1, 31), datetime.date(2026, 6, 30))
    """
    month, day, later = TERM_ENDS.get(term.season, TERM_ENDS["spring"])
    return date(entry_year + term.year - 1 + later, month, day)


def terms_ahead(terms: Iterable[Term], *, entry_year: int, on_day: date) -> frozenset[int]:
    """Numbers of the terms that are not over: the running one and those to come."""
    return frozenset(term.number for term in terms if term_over(entry_year, term) >= on_day)
