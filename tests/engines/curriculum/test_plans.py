import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.engines.curriculum import (
    RequisiteCycleError,
    check_satisfiable,
    course_label,
    dead_ends,
    extraneous_requisites,
    metrics_interval,
    plan_delay_in_terms,
    plan_edges,
    plan_metrics,
    requisite_distance,
)
from sheber.engines.curriculum.plan import Course, Plan, Requisite
from sheber.engines.errors import EngineInputError

PRE, CO, STRICT = "prerequisite", "corequisite", "strict_corequisite"


def plan(courses, *, terms=None, system="semester"):
    """``courses``: code → requisites, each (kind, options) or (kind, options, need); options are letters."""
    return Plan(
        "P",
        {},
        tuple(
            Course(code, {}, 3.0, (terms or {}).get(code), requisites=tuple(Requisite(kind, tuple(o), *need) for kind, o, *need in asked))
            for code, asked in courses.items()
        ),
        system=system,
    )


def test_choices_are_flattened_and_strangers_set_apart():
    edges = plan_edges(plan({"A": [], "B": [], "C": [(PRE, "AB"), (CO, "A")], "D": [(PRE, "CX")]}))
    assert edges.codes == ("A", "B", "C", "D")
    assert list(zip(edges.requisite.tolist(), edges.course.tolist(), strict=True)) == [(0, 2), (1, 2), (2, 3)]
    assert edges.unknown == (("D", "X"),)


def test_a_code_borne_twice_is_refused():
    a = Course("A", {}, 3.0)
    with pytest.raises(EngineInputError) as caught:
        plan_edges(Plan("P", {}, (a, a)))
    assert caught.value.row == 1


@pytest.mark.parametrize(
    ("courses", "possible"),
    [
        ({"A": [], "B": [(PRE, "A")], "C": [(PRE, "B"), (STRICT, "A")]}, False),  # C shares a term with A, yet follows B
        ({"A": [(PRE, "C")], "B": [(PRE, "A"), (STRICT, "C")], "C": []}, False),
        ({"A": [], "B": [(PRE, "A"), (STRICT, "A")]}, False),  # before and beside at once
        ({"A": [], "B": [(CO, "A")], "C": [(CO, "B"), (STRICT, "A")]}, True),  # all three in one term
        ({"A": [], "B": [(STRICT, "A")], "C": [(STRICT, "AB")]}, True),
        ({"A": [], "B": [(PRE, "A")], "C": [(STRICT, "B")]}, True),
        ({"A": [(PRE, "B")], "B": [(PRE, "A")]}, False),
    ],
)
def test_satisfiable(courses, possible):
    if possible:
        check_satisfiable(plan(courses))
    else:
        with pytest.raises(RequisiteCycleError):
            check_satisfiable(plan(courses))


@given(st.data())
def test_satisfiable_means_that_some_placing_in_terms_exists(data):
    codes = "ABCD"
    courses = {
        code: [(kind, other) for other in codes[:i] for kind in (PRE, CO, STRICT) if data.draw(st.integers(0, 3)) == 0]
        for i, code in enumerate(codes)
    }
    holds = {PRE: lambda before, after: before < after, CO: lambda before, after: before <= after, STRICT: lambda b, a: b == a}
    exists = any(
        all(holds[kind](terms[codes.index(other)], terms[i]) for i, code in enumerate(codes) for kind, other in courses[code])
        for terms in product(range(4), repeat=4)
    )
    try:
        check_satisfiable(plan(courses))
        found = True
    except RequisiteCycleError:
        found = False
    assert found == exists


def test_extraneous_requisites():
    assert extraneous_requisites(plan({"A": [], "B": [(PRE, "A")], "C": [(PRE, "B"), (PRE, "A")]})) == (("A", "C"),)
    assert extraneous_requisites(plan({"A": [], "B": [(CO, "A")], "C": [(PRE, "B"), (PRE, "A")]})) == ()
    assert extraneous_requisites(plan({"A": [], "B": [(PRE, "A")], "C": [(PRE, "B")]})) == ()


def test_requisite_distance_of_the_published_six_course_plan():
    courses = {"A": [], "B": [], "C": [(PRE, "A")], "D": [], "E": [(PRE, "A"), (PRE, "C")], "F": [(PRE, "D")]}
    terms = {"A": 1, "B": 1, "C": 2, "D": 1, "E": 4, "F": 3}
    assert requisite_distance(plan(courses, terms=terms)) == {"A": 0, "B": 0, "C": 1, "D": 0, "E": 5, "F": 2}
    assert requisite_distance(plan(courses)) == dict.fromkeys(courses, 0)


def test_dead_ends_leave_out_own_prefixes_and_free_courses():
    p = plan({"MAT101": [], "MAT201": [(PRE, ("MAT101",))], "EE300": [(PRE, ("MAT101",))], "HUM1": []})
    assert dead_ends(p, {"EE"}) == ("MAT201",)


def test_label_is_split_after_the_letters():
    assert course_label(plan({"AEE2202": []}), Course("AEE 2202", {}, 3.0)) == ("AEE", "2202")
    assert course_label(plan({}), Course("17", {}, 3.0)) == ("", "17")


def test_corequisites_cost_no_term():
    p = plan({"A": [], "B": [(CO, "A")], "C": [(PRE, "B")]})
    assert plan_delay_in_terms(p) == (2, 2, 2)
    assert plan_metrics(p).delay_factor == (3, 3, 3)


def test_interval_of_a_choice():
    p = plan({"A": [], "B": [(PRE, "A")], "C": [], "D": [(PRE, "BC", 1)]})
    interval = metrics_interval(p)
    assert (interval.choices, interval.impossible) == (2, 0)
    assert interval.delay_factor == ((2, 3), (2, 3), (1, 2), (2, 3))
    assert interval.blocking_factor == ((1, 2), (0, 1), (0, 1), (0, 0))
    assert (interval.least.structural_complexity, interval.most.structural_complexity) == (8 + 2, 10 + 3)
    assert metrics_interval(p, most_choices=1) is None


def test_interval_without_a_choice_is_a_point_and_impossible_choices_are_left_out():
    p = plan({"A": [], "B": [(PRE, "A")]})
    assert metrics_interval(p).least == metrics_interval(p).most == plan_metrics(p).totals
    ring = plan({"A": [(PRE, "BC", 1)], "B": [(PRE, "A")], "C": []})
    assert metrics_interval(ring).impossible == 1
    with pytest.raises(RequisiteCycleError):
        metrics_interval(plan({"A": [(PRE, "B")], "B": [(PRE, "A")]}))


def test_metrics_are_plain_values_that_json_takes():
    m = plan_metrics(plan({"A": [], "B": [(PRE, "A")]}, system="quarter"))
    assert json.dumps([m.structural_complexity, m.structural_complexity_unscaled, m.totals.centrality]) == "[[2.0, 1.3], [3, 2], 0]"
