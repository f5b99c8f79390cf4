import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.engines.curriculum import RequisiteCycleError, curriculum_metrics, delay_in_terms, exact
from sheber.engines.errors import EngineInputError


def measure(n, arcs, **options):
    first, second = np.array([u for u, _ in arcs], dtype=np.int64), np.array([v for _, v in arcs], dtype=np.int64)
    return curriculum_metrics(n, first, second, **options)


@st.composite
def curricula(draw, most=9):
    """Any acyclic graph, with its courses in any order and its arcs perhaps repeated."""
    n = draw(st.integers(1, most))
    pairs = [(u, v) for v in range(n) for u in range(v)]
    arcs = draw(st.lists(st.sampled_from(pairs), max_size=20)) if pairs else []
    names = draw(st.permutations(range(n)))
    return n, [(names[u], names[v]) for u, v in arcs]


def source_sink_paths(n, arcs):
    """Every path from a source to a sink of more than one course, listed one by one."""
    after = {u: sorted({v for a, v in arcs if a == u}) for u in range(n)}
    heads = {v for _, v in arcs}
    stack = [[u] for u in range(n) if u not in heads and after[u]]
    while stack:
        path = stack.pop()
        if not after[path[-1]]:
            yield path
        stack += [[*path, v] for v in after[path[-1]]]


@given(curricula())
def test_figures_are_those_of_the_definitions(curriculum):
    n, arcs = curriculum
    m, paths = measure(n, arcs), list(source_sink_paths(n, arcs))
    for v in range(n):
        ahead, grown = set(), {v}
        while grown:
            grown = {w for u, w in arcs if u in grown} - ahead
            ahead |= grown
        assert m.blocking_factor[v] == len(ahead)
        assert m.delay_factor[v] == max([1, *(len(path) for path in paths if v in path)])
        assert m.centrality[v] == sum(len(path) for path in paths if v in path[1:-1])
        assert m.structural_complexity[v] == m.structural_complexity_unscaled[v] == m.blocking_factor[v] + m.delay_factor[v]
    assert m.totals.centrality == sum(len(path) * (len(path) - 2) for path in paths)
    assert m.totals.blocking_factor == sum(m.blocking_factor)
    assert m.totals.structural_complexity == m.totals.blocking_factor + m.totals.delay_factor


@given(curricula())
def test_order_and_longest_path_obey_the_requisites(curriculum):
    n, arcs = curriculum
    m = measure(n, arcs)
    assert sorted(m.order) == list(range(n))
    place = {v: i for i, v in enumerate(m.order)}
    assert all(place[u] < place[v] for u, v in arcs)
    assert len(m.longest_path) == max(m.delay_factor)
    assert set(zip(m.longest_path, m.longest_path[1:], strict=False)) <= set(arcs)


@given(curricula())
def test_reversed_arcs_keep_delay_and_centrality(curriculum):
    n, arcs = curriculum
    there, back = measure(n, arcs), measure(n, [(v, u) for u, v in arcs])
    assert (there.delay_factor, there.centrality) == (back.delay_factor, back.centrality)
    assert there.totals.blocking_factor == back.totals.blocking_factor  # the closure has as many pairs from either end


@given(curricula(), st.randoms(use_true_random=False))
def test_numbers_of_courses_and_order_of_arcs_do_not_matter(curriculum, rng):
    n, arcs = curriculum
    new = list(range(n))
    rng.shuffle(new)
    moved = [(new[u], new[v]) for u, v in arcs]
    rng.shuffle(moved)
    one, two = measure(n, arcs), measure(n, [*moved, *moved])  # repeated arcs count once
    assert one.totals == two.totals
    for v in range(n):
        assert (one.blocking_factor[v], one.delay_factor[v], one.centrality[v]) == (
            two.blocking_factor[new[v]],
            two.delay_factor[new[v]],
            two.centrality[new[v]],
        )


@given(curricula())
def test_blocks_give_the_same_blocking_as_one_set(curriculum):
    n, arcs = curriculum
    whole = measure(n, arcs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact, "BLOCK", 2)
        assert measure(n, arcs) == whole


@given(curricula())
def test_quarter_scaling_rounds_each_course_and_then_sums(curriculum):
    n, arcs = curriculum
    m = measure(n, arcs, system="quarter")
    assert list(m.structural_complexity) == [round(2 * plain / 3, 1) for plain in m.structural_complexity_unscaled]
    assert m.totals.structural_complexity == pytest.approx(sum(m.structural_complexity), abs=1e-9)
    assert m.totals.structural_complexity_unscaled == sum(m.structural_complexity_unscaled)


def test_underwater_basket_weaving():  # printed by the authors' own test suite
    m = measure(8, [(0, 2), (1, 2), (2, 4), (3, 5), (3, 2)])
    assert m.blocking_factor == (2, 2, 1, 3, 0, 0, 0, 0)
    assert m.delay_factor == (3, 3, 3, 3, 3, 2, 1, 1)
    assert m.centrality == (0, 0, 9, 0, 0, 0, 0, 0)
    assert m.structural_complexity == (5, 5, 4, 6, 3, 2, 1, 1)
    assert m.totals.structural_complexity == 27


def test_postmodern_basket_weaving():  # the same
    m = measure(7, [(0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (6, 5), (2, 3), (3, 6)])
    assert m.blocking_factor == (6, 3, 4, 2, 0, 0, 1)
    assert m.delay_factor == (5, 5, 5, 5, 3, 5, 5)
    assert m.centrality == (0, 9, 12, 18, 0, 0, 10)
    assert m.structural_complexity == (11, 8, 9, 7, 3, 5, 6)


def test_ladder_of_two_to_the_200_paths_is_exact():
    arcs = []
    for rung in range(200):  # rung: one course, then two side by side, then the next
        foot = 3 * rung
        arcs += [(foot, foot + 1), (foot, foot + 2), (foot + 1, foot + 3), (foot + 2, foot + 3)]
    m = measure(601, arcs)
    assert m.centrality[3] == 2**200 * 401
    assert m.centrality[1] == 2**199 * 401
    assert m.totals.centrality == 2**200 * 401 * 399
    assert m.totals.delay_factor == 601 * 401
    assert m.blocking_factor[0] == 600


def test_a_corequisite_costs_no_term():
    first, second = np.array([0, 1, 0]), np.array([1, 2, 1])
    assert delay_in_terms(3, first, second, np.array([True, False, True])) == (2, 2, 2)
    assert delay_in_terms(3, first, second, np.array([True, False, False])) == (3, 3, 3)  # also a prerequisite: costs one


@given(curricula(), st.booleans())
def test_delay_in_terms_lies_between_one_and_the_delay_factor(curriculum, same):
    n, arcs = curriculum
    first, second = np.array([u for u, _ in arcs], dtype=np.int64), np.array([v for _, v in arcs], dtype=np.int64)
    terms = delay_in_terms(n, first, second, np.full(len(arcs), same))
    assert terms == ((1,) * n if same else curriculum_metrics(n, first, second).delay_factor)


def test_empty_curriculum_and_lonely_courses():
    assert measure(0, []).totals.structural_complexity == 0
    assert measure(0, []).longest_path == ()
    assert measure(2, []).delay_factor == (1, 1)
    assert curriculum_metrics(2, np.array([]), np.array([])).order == (0, 1)


def test_cycle_is_named():
    with pytest.raises(RequisiteCycleError, match="b → c → d → b") as caught:
        measure(5, [(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)], names=["a", "b", "c", "d", "e"])
    assert caught.value.cycle == (1, 2, 3)


@given(curricula(), st.data())
def test_every_cycle_is_found_and_is_one(curriculum, data):
    n, arcs = curriculum
    paths = list(source_sink_paths(n, arcs))
    if not paths:
        return
    path = data.draw(st.sampled_from(paths))
    looped = [*arcs, (path[-1], path[0])]
    with pytest.raises(RequisiteCycleError) as caught:
        measure(n, looped)
    ring = caught.value.cycle
    assert len(set(ring)) == len(ring) >= 2
    assert set(zip(ring, (*ring[1:], ring[0]), strict=True)) <= set(looped)


@pytest.mark.parametrize(
    ("n", "first", "second", "field", "row"),
    [
        (3, [0, 1], [1, 1], "requisite", 1),
        (3, [0, 3], [1, 1], "requisite", 1),
        (3, [0, 1], [-1, 2], "course", 0),
        (3, [0, 1], [1], "course", None),
        (3, [0.5], [1], "requisite", None),
        (3, [[0]], [[1]], "requisite", None),
        (-1, [], [], "n_courses", None),
        (1, [2**62], [0], "requisite", 0),
    ],
)
def test_bad_arrays_are_refused_with_their_place(n, first, second, field, row):
    with pytest.raises(EngineInputError) as caught:
        curriculum_metrics(n, np.array(first), np.array(second))
    assert (caught.value.field, caught.value.row) == (field, row)
