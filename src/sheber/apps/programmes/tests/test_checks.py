"""The checks on plans small enough to be judged by eye, and circles against trying every order of terms."""

import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.apps.programmes import rules
from sheber.apps.programmes.rules.checks import CODES, check_plan
from sheber.apps.programmes.rules.checks.circles import circles
from sheber.apps.programmes.rules.sentences import _REASONS, _REPAIRS, _TITLES
from sheber.apps.programmes.tests.strategies import requisite
from sheber.engines.curriculum.plan import Cell, Course, Plan, Requisite, Term

TERMS = tuple(Term(number, (number + 1) // 2, "autumn") for number in (1, 2, 3, 4))


def pre(*options, need=1):
    return Requisite("prerequisite", options, need)


def co(*options, need=1, strict=False):
    return Requisite("strict_corequisite" if strict else "corequisite", options, need)


def course(code, term=None, *requisites, cells="", **fields):
    """``cells`` is such as ``T2:1.1 U3:2.3``."""
    made = tuple(Cell(item, mark[0], int(mark[1])) for mark, _, item in (cell.partition(":") for cell in cells.split()))
    return Course(code, {"en": code}, fields.pop("credits", 30.0), term, requisites=requisites, cells=made, **fields)


def found(*courses, **fields):
    plan = Plan("P", {"en": "P"}, courses, **{"terms": TERMS, **fields})
    return {(finding.code, finding.place_text) for finding in check_plan(plan)}


def codes(*courses, **fields):
    return {code for code, _place in found(*courses, **fields)}


# Requisites -----------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("requisite", "wanted"), [
    (pre("A"), set()),                                                    # A in term 1, B and C in term 2, D in term 3
    (pre("B"), {("prerequisite_not_earlier", "X B")}),
    (pre("D"), {("prerequisite_not_earlier", "X D")}),
    (pre("A", "B"), set()),                                               # any of: A is earlier
    (pre("B", "D"), {("prerequisite_not_earlier", "X B D")}),
    (pre("A", "B", need=2), {("prerequisite_not_earlier", "X B")}),
    (pre("A", "B", "Z", need=2), {("unknown_prerequisite", "X Z")}),      # the unknown one may be the second
    (pre("A", "B", need=3), {("choose_impossible", "X 3>2")}),
    (pre("Z"), {("unknown_prerequisite", "X Z")}),
    (co("B"), set()), (co("A"), set()),
    (co("D"), {("corequisite_too_late", "X D")}),
    (co("D", "B"), set()),
    (co("A", strict=True), {("strict_corequisite_apart", "X A")}),
    (co("Z"), {("unknown_corequisite", "X Z")}),
    (pre("X"), {("prerequisite_cycle", "X X")}),
])
def test_requisites(requisite, wanted):
    assert found(course("A", 1), course("B", 2), course("C", 2), course("D", 3), course("X", 2, requisite)) == wanted


def test_a_pair_asked_for_twice():
    assert ("requisite_contradiction", "B A") in found(course("A", 1), course("B", 2, pre("A"), co("A", strict=True)))
    assert found(course("A", 1), course("B", 2, pre("A"), co("A"))) == {("requisite_redundant", "B A")}
    assert found(course("A", 1), course("B", 2, pre("A"), pre("A"))) == {("requisite_redundant", "B A")}


def test_a_circle_is_named_from_its_first_course():
    rows = found(course("A", 1, pre("C")), course("B", 2, pre("A")), course("C", 3, pre("B")))
    assert ("prerequisite_cycle", "A C B A") in rows


def test_corequisites_in_a_ring_are_no_circle_but_a_triangle_is():
    assert "prerequisite_cycle" not in codes(course("A", 1, co("B")), course("B", 1, co("A")))
    triangle = (course("A", 1, co("B", strict=True)), course("B", 1, pre("C")), course("C", 1, co("A", strict=True)))
    assert "prerequisite_cycle" in codes(*triangle)


def test_a_choice_out_of_the_circle_breaks_it():
    assert "prerequisite_cycle" not in codes(course("A", 2, pre("B", "C")), course("B", 3, pre("A")), course("C", 1))
    assert "prerequisite_cycle" in codes(course("A", 2, pre("B", "C", need=2)), course("B", 3, pre("A")), course("C", 1))


def holds(each, mine, terms):
    met = {"prerequisite": lambda other: other < mine, "corequisite": lambda other: other <= mine,
           "strict_corequisite": lambda other: other == mine}[each.kind]
    return sum(option not in terms or met(terms[option]) for option in each.options) >= min(each.need, len(each.options))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_circles_against_every_order_of_terms(data):
    """Four courses, four terms: a plan has a circle exactly when none of the 256 placements satisfies every requisite."""
    names = ("AA1", "AA2", "AA3", "AA4")
    kinds = st.lists(requisite(names, ("prerequisite", "corequisite")), max_size=2)
    strict = st.lists(st.sampled_from(names).map(lambda option: co(option, strict=True)), max_size=1)
    courses = tuple(course(name, None, *data.draw(kinds), *data.draw(strict)) for name in names)
    possible = any(all(holds(each, terms[one.code], terms) for one in courses for each in one.requisites)
                   for terms in (dict(zip(names, placement, strict=True)) for placement in product(range(4), repeat=4)))
    named = circles(Plan("P", {}, courses))
    assert bool(named) is not possible
    for circle in named:
        for here, following in zip(circle, (*circle[1:], circle[0]), strict=True):
            linked = {option for each in courses[names.index(here)].requisites for option in each.options}
            strictly = [each for each in courses[names.index(following)].requisites if each.kind == "strict_corequisite"]
            back = {option for each in strictly for option in each.options}
            assert following in linked or here in back


# Terms and hours ------------------------------------------------------------------------------------------------------------

def test_load_of_terms():
    courses = (course("A", 1, credits=36.0), course("B", 2, credits=24.0), course("C", 3), course("D", 4))
    assert found(*courses, term_load=(27.0, 30.0, 33.0)) == {("term_load", "term 1 36"), ("term_load", "term 2 24")}
    assert found(*courses) == set()


def test_a_move_is_only_named_where_the_requisites_allow_it():
    courses = (course("A", 1), course("A2", 1, credits=6.0), course("B", 2, pre("A2"), credits=24.0), course("C", 3), course("D", 4))
    plan = Plan("P", {}, courses, terms=TERMS, term_load=(27.0, 30.0, 33.0))
    first = check_plan(plan)[0]
    assert (first.place_text, first.repair.action, dict(first.repair.values)) == ("term 1 36", "move_credits", {"credits": 6.0, "term": 2})


def test_total_of_credits_and_places():
    assert found(course("A", 1), course("B", 2), credits=61.0) == {("credit_total", "60≠61")}
    assert found(course("A", 1), course("B")) == {("course_not_placed", "B")}
    assert found(course("A", 1), course("B", 9)) == {("unknown_term", "B term 9")}
    assert found(course("A"), course("B"), terms=()) == set()


@pytest.mark.parametrize(("hours", "fine"), [
    ((30, 30, 60), True), ((30, None, 90), True), ((30, 30, 90), False), ((30, None, None), True), ((None, None, None), True)])
def test_hours(hours, fine):
    contact, lab, self_study = hours
    rows = found(course("A", 1, credits=4.0, contact_hours=contact, lab_hours=lab, self_study_hours=self_study), hours_per_credit=30)
    assert rows == (set() if fine else {("hours_mismatch", "A")})


def test_practice_in_every_year():
    practice = frozenset({"industrial_practice"})
    assert found(course("A", 1, features=practice), course("B", 3)) == {("no_practice_in_year", "year 2")}
    assert found(course("A", 1), course("B", 3)) == set()


# The matrix -----------------------------------------------------------------------------------------------------------------

FREE = {"targets": {}, "engineer_type": ""}


@pytest.mark.parametrize(("courses", "wanted"), [
    ((course("A", 1, cells="T2:1.1"), course("X", 2, cells="U2:1.1")), set()),
    ((course("A", 2, cells="T2:1.1"), course("X", 2, cells="U2:1.1")), {("used_before_taught", "X 1.1")}),
    ((course("A", 2, cells="T2:1.1"), course("X", 2, co("A"), cells="U2:1.1")), set()),
    ((course("A", 3, cells="T2:1.1"), course("X", 2, cells="U2:1.1")), {("used_before_taught", "X 1.1")}),
    ((course("X", 2, cells="U2:1.1"),), {("used_before_taught", "X 1.1")}),
    ((course("X", 2, cells="U2:1.1 T2:1.1.2"),), set()),
    ((course("A", 1, cells="T2:1.1.4"), course("X", 2, cells="U2:1.1")), set()),
    ((course("A", 1, cells="T2:1.10"), course("X", 2, cells="U2:1.1")), {("used_before_taught", "X 1.1")}),
    ((course("A", None, cells="T2:1.1"), course("X", None, cells="U2:1.1")), set()),
    ((course("A", 1, cells="I2:1.1"),), {("introduced_never_taught", "1.1")}),
    ((course("A", 1, cells="I2:1.1"), course("B", 2, cells="T2:1.1.1")), set()),
])
def test_order_of_teaching(courses, wanted):
    rows = found(*courses, **FREE)
    assert {row for row in rows if row[0] in {"used_before_taught", "introduced_never_taught"}} == wanted


def test_every_choice_must_bring_what_is_used():
    """The teachers stand in the term of X, so only requisites can bring them before it."""
    both = (course("A", 2, cells="T2:1.1"), course("B", 2, cells="T2:1.1"), course("C", 1))
    late = "used_before_taught"
    assert late not in codes(*both, course("X", 2, co("A", "B"), cells="U2:1.1"), **FREE)
    assert late in codes(*both, course("X", 2, co("A", "C"), cells="U2:1.1"), **FREE)
    assert late not in codes(*both, course("X", 2, co("A", "B", "C", need=2), cells="U2:1.1"), **FREE)
    assert late in codes(*both, course("D", 1), course("X", 2, co("A", "B", "C", "D", need=2), cells="U2:1.1"), **FREE)


def test_a_level_at_entry_is_taught_already():
    assert "used_before_taught" not in codes(course("X", 1, cells="U2:1.1"), entry_levels={"1.1": 3}, **FREE)
    assert "used_before_taught" in codes(course("X", 1, cells="U2:1.1"), entry_levels={"1.1": 0}, **FREE)


def test_targets():
    rows = found(course("A", 1, cells="T2:1.1.3 I5:2.1 T1:9.9"), targets={"1.1": 3.0, "2.1": 1.0, "1.2": 0.0})
    assert rows == {("target_not_reached", "1.1 2<3"), ("target_not_reached", "2.1 0<1"), ("target_unknown", "9.9"),
                    ("introduced_never_taught", "2.1")}
    assert found(course("A", 1), targets={"1.1": 3.0}) == set()


def test_targets_come_from_the_engineer_type_when_the_plan_has_none():
    places = {place for code, place in found(course("A", 1, cells="T5:4.5"), engineer_type="technician") if code == "target_not_reached"}
    assert "4.6 0<4" in places
    assert not any(place.startswith("4.5") for place in places)


def test_a_course_nobody_needs():
    dead = course("DEAD", 2, cycle="major")
    assert ("course_needed_by_nobody", "DEAD") in found(course("A", 1, cells="T2:1.1"), dead)
    saved = [course("DEAD", 2, cycle="general"), course("DEAD", 2, delivery="thesis"), course("DEAD", 2, cells="T1:1.1"),
             course("DEAD", 2, features=frozenset({"capstone"}))]
    for one in saved:
        assert "course_needed_by_nobody" not in codes(course("A", 1, cells="T2:1.1"), one)
    assert "course_needed_by_nobody" not in codes(course("A", 1, cells="T2:1.1"), dead, course("B", 3, pre("DEAD"), cells="T2:1.1"))
    assert "course_needed_by_nobody" not in codes(course("A", 1), dead)


# Sentences ------------------------------------------------------------------------------------------------------------------

def test_every_finding_and_every_way_out_has_a_sentence():
    text = "\n".join(path.read_text("utf-8") for path in (Path(rules.__file__).parent / "checks").glob("*.py"))
    actions = set(re.findall(r'Repair\(\s*"(\w+)"', text)) | {"add_to_plan", "take_from_plan"}
    assert actions == set(_REPAIRS)
    assert set(CODES) == set(_REASONS) == set(_TITLES)
    raised = set(re.findall(r'Finding\("(\w+)"', text)) | set(re.findall(r'code = "(\w+)"', text))
    raised |= {"unknown_prerequisite", "unknown_corequisite"}
    assert raised == set(CODES)
