"""The way to close a gap: worked by hand, and against trying every order."""

import datetime as dt
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.apps.programmes.rules.shortest_way import shortest_way
from sheber.apps.programmes.rules.study import term_over, terms_ahead, year_of_study
from sheber.engines.curriculum.plan import Cell, Course, Term


def course(code, credits, *cells, term=1):
    return Course(code, {"en": code}, credits, term, cells=tuple(Cell(*cell) for cell in cells))


def test_more_levels_for_each_credit_come_first():
    dear = course("DEAR", 10.0, ("1.1", "T", 4))
    cheap = course("CHEAP", 2.0, ("1.1", "U", 3))
    way = shortest_way([dear, cheap], attained={"1.1": 2.0}, required={"1.1": 4.0}, weight={"1.1": 1.0}, short=["1.1"])
    # CHEAP closes 1 level for 2 credits, then DEAR the other for 10.
    assert [(step.course.code, step.closed, step.per_credit) for step in way.steps] == [("CHEAP", 1.0, 0.5), ("DEAR", 1.0, 0.1)]
    effects = [(effect.before, effect.after, effect.closes) for step in way.steps for effect in step.effects]
    assert effects == [(2.0, 3.0, False), (3.0, 4.0, True)]
    assert way.left == ()


def test_introduced_surplus_and_other_items_count_for_nothing():
    only = course("A", 5.0, ("1.1", "I", 5), ("2.1", "T", 5), ("3.1", "T", 5))
    way = shortest_way([only], attained={"1.1": 1.0, "3.1": 3.5}, required={"1.1": 3.0, "3.1": 4.0}, weight={"1.1": 1.0, "3.1": 1.0},
                       short=["1.1", "3.1"])
    assert [(effect.item, effect.after) for effect in way.steps[0].effects] == [("3.1", 4.0)]
    assert way.steps[0].closed == pytest.approx(0.5)
    assert way.left == ("1.1",)


def test_nothing_ahead_is_no_way():
    way = shortest_way([], attained={"1.1": 1.0}, required={"1.1": 3.0}, weight={"1.1": 1.0}, short=["1.1"])
    assert (way.steps, way.left) == ((), ("1.1",))


levels = st.floats(0, 5, allow_subnormal=False)
ITEMS = ("1.1", "1.2", "2.1")


@st.composite
def cases(draw):
    courses = [Course(f"C{n}", {}, draw(st.sampled_from([2.0, 3.0, 5.0])), 1, cells=tuple(
        Cell(item, draw(st.sampled_from("ITU")), draw(st.integers(1, 5))) for item in draw(st.sets(st.sampled_from(ITEMS)))))
        for n in range(draw(st.integers(0, 4)))]
    required = {item: draw(st.floats(1, 5, allow_subnormal=False)) for item in ITEMS}
    attained = {item: draw(st.floats(0, 0.99, allow_subnormal=False)) * required[item] for item in ITEMS}
    return courses, attained, required


@given(cases())
def test_laws_of_the_way(case):
    courses, attained, required = case
    weight = dict.fromkeys(ITEMS, 1.0)
    way = shortest_way(courses, attained=attained, required=required, weight=weight, short=ITEMS, most=len(courses))
    rates = [step.per_credit for step in way.steps]
    assert all(later <= before + 1e-6 for before, later in pairwise(rates)), "what is closed per credit only falls"
    # Whatever the order, all courses together close what the way closes: the best level planned, cut at the target.
    cells = [cell for one in courses for cell in one.cells if cell.mode != "I"]
    best = {item: max([attained[item], *(min(cell.level, required[item]) for cell in cells if cell.item == item)]) for item in ITEMS}
    assert sum(step.closed for step in way.steps) == pytest.approx(sum(best[item] - attained[item] for item in ITEMS), abs=1e-6)
    assert set(way.left) == {item for item in ITEMS if best[item] < required[item] - 1e-9}
    if way.steps:                                       # the first step is the best of all first steps
        singles = [sum(max(0.0, min(c.level, required[c.item]) - attained[c.item]) for c in one.cells if c.mode != "I") / one.credits
                   for one, *_rest in permutations(courses)]
        assert way.steps[0].per_credit == pytest.approx(max(singles), abs=1e-6)


def test_terms_by_the_calendar():
    terms = (Term(1, 1, "autumn"), Term(2, 1, "spring"), Term(3, 2, "autumn"))
    assert term_over(2025, terms[2]) == dt.date(2027, 1, 31)
    assert terms_ahead(terms, entry_year=2025, on_day=dt.date(2026, 6, 30)) == {2, 3}
    assert terms_ahead(terms, entry_year=2025, on_day=dt.date(2026, 7, 1)) == {3}
    days = (dt.date(2025, 8, 1), dt.date(2026, 8, 31), dt.date(2026, 9, 1), dt.date(2040, 1, 1))
    assert [year_of_study(2025, day, 4) for day in days] == [1, 1, 2, 4]
