"""The swept figures against those counted course by course, which `test_metrics` holds against the definitions."""

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheber.engines.curriculum import RequisiteCycleError, curriculum_metrics, curriculum_metrics_many, metrics, sweep
from sheber.engines.curriculum.exact import exact_figures
from sheber.engines.curriculum.graph import ordered_graph, requisite_arcs
from sheber.engines.errors import EngineInputError

from .test_metrics import curricula, measure

ORDINARY = (3, np.array([0, 1]), np.array([1, 2]))


def columns(n, arcs):
    pairs = np.array(arcs, dtype=np.int64).reshape(-1, 2)
    return requisite_arcs(n, pairs[:, 0], pairs[:, 1])


def edge_list(n, arcs):
    return n, np.array([u for u, _ in arcs]), np.array([v for _, v in arcs])  # of no arcs: an empty array of floats


def complete_layers(width, layers):
    """Every course asks for all of the layer before: width**layers paths, each of ``layers`` courses."""
    return width * layers, [
        (width * i + u, width * (i + 1) + v) for i in range(layers - 1) for u in range(width) for v in range(width)
    ]


@given(curricula(most=14).filter(lambda curriculum: curriculum[1]))
def test_swept_figures_are_the_exact_ones(curriculum):
    n, arcs = curriculum
    tail, head = columns(n, arcs)
    assert sweep.swept_figures([n], tail, head) == [exact_figures(ordered_graph(n, tail, head))]


@given(st.data())
def test_swept_figures_of_dense_graphs_are_exact_or_left_out(data):
    width, layers = data.draw(st.integers(5, 9)), data.draw(st.integers(14, 18))
    n, arcs = complete_layers(width, layers)
    left_out = data.draw(st.sets(st.integers(0, len(arcs) - 1), max_size=40))
    tail, head = columns(n, [arc for i, arc in enumerate(arcs) if i not in left_out])
    expected = exact_figures(ordered_graph(n, tail, head))
    assert sweep.swept_figures([n], tail, head) == (None if expected.totals[2] >= 2**53 else [expected])


@pytest.mark.parametrize(("width", "layers", "swept"), [(8, 15, True), (8, 16, False), (2, 32, True), (2, 33, False), (300, 2, True)])
def test_what_is_swept(width, layers, swept):
    n, arcs = complete_layers(width, layers)
    assert (sweep.swept_figures([n], *columns(n, arcs)) is not None) == swept


@pytest.mark.parametrize(("width", "layers"), [(8, 15), (8, 16), (8, 17), (8, 20), (8, 21), (4, 31), (2, 61), (2, 62), (2, 63), (2, 64)])
def test_counts_on_either_side_of_the_bounds_are_exact(width, layers, monkeypatch):
    monkeypatch.setattr(metrics, "SWEPT_FROM", 0)
    n, arcs = complete_layers(width, layers)
    m = measure(n, arcs)
    inside = width ** (layers - 1) * layers
    assert m.centrality == (0,) * width + (inside,) * (n - 2 * width) + (0,) * width
    assert m.totals.centrality == width**layers * layers * (layers - 2)
    assert m.delay_factor == (layers,) * n
    assert m.blocking_factor == tuple(width * (layers - 1 - v // width) for v in range(n))


@given(curricula(), st.permutations(range(9)))
def test_numbers_of_courses_do_not_matter_to_the_sweep(curriculum, permutation):
    n, arcs = curriculum
    new = [number for number in permutation if number < n]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "SWEPT_FROM", 1)
        one, two = measure(n, arcs), measure(n, [(new[u], new[v]) for u, v in arcs])
    assert one.totals == two.totals
    for name in ("blocking_factor", "delay_factor", "centrality"):
        assert list(getattr(one, name)) == [getattr(two, name)[new[v]] for v in range(n)]
    place = {v: i for i, v in enumerate(one.order)}
    assert all(place[u] < place[v] for u, v in arcs)


@given(curricula(), st.data())
def test_a_circle_is_named_alike(curriculum, data):
    n, arcs = curriculum
    ring = data.draw(st.permutations(range(n)))[: data.draw(st.integers(2, 4))] if n > 1 else []
    if len(ring) < 2:
        return
    looped = [*arcs, *zip(ring, [*ring[1:], ring[0]], strict=True)]
    circles = []
    for swept_from in (1, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(metrics, "SWEPT_FROM", swept_from)
            with pytest.raises(RequisiteCycleError) as caught:
                measure(n, looped)
        circles.append(caught.value.cycle)
    assert circles[0] == circles[1]


@given(st.lists(curricula() | st.just((0, [])), max_size=8), st.sampled_from([1, 10, 1000]), st.sampled_from(["semester", "quarter"]))
def test_many_plans_are_each_plan(curriculums, batch, system):
    plans = [edge_list(n, arcs) for n, arcs in curriculums]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics, "BATCH", batch)
        many = list(curriculum_metrics_many(iter(plans), system=system))
    assert many == [curriculum_metrics(*plan, system=system) for plan in plans]


@given(st.lists(curricula(most=14).filter(lambda curriculum: curriculum[1]), min_size=1, max_size=8))
def test_plans_swept_together_are_each_plan(curriculums):
    sizes = [n for n, _ in curriculums]
    starts = [0, *accumulate(sizes)]
    arcs = [(start + u, start + v) for start, (_, own) in zip(starts, curriculums, strict=False) for u, v in own]
    expected = [exact_figures(ordered_graph(n, *columns(n, own))) for n, own in curriculums]
    assert sweep.swept_figures(sizes, *columns(starts[-1], arcs)) == expected


def test_a_batch_is_swept(monkeypatch):
    monkeypatch.setattr(metrics, "curriculum_metrics", None)  # the plans are not taken one by one
    assert [m.totals.delay_factor for m in curriculum_metrics_many([ORDINARY] * 3)] == [9] * 3


def test_too_many_paths_in_one_plan_leave_the_others_as_they_are():
    deep, wide = edge_list(*complete_layers(2, 70)), edge_list(*complete_layers(8, 21))
    plans = [ORDINARY, deep, ORDINARY, wide]
    assert list(curriculum_metrics_many(plans)) == [curriculum_metrics(*plan) for plan in plans]


@pytest.mark.parametrize(
    "wrong",
    [
        (2, np.array([0, 1]), np.array([1, 0])),  # a circle
        (3, np.array([0, 1]), np.array([1, 1])),
        (3, np.array([0, 3]), np.array([1, 1])),  # a course of the next plan
        (3, np.array([0, 2]), np.array([-1, 0])),  # a course of the plan before
        (3, np.array([0, 1]), np.array([1])),
        (3, np.array([0.5]), np.array([1])),
        (3, np.array([[0]]), np.array([[1]])),
        (-1, np.array([]), np.array([])),
        (3, np.array([2**63], dtype=np.uint64), np.array([1])),
    ],
)
@pytest.mark.parametrize("batch", [3, 1000])
def test_a_wrong_plan_among_many_is_told_as_when_alone(wrong, batch, monkeypatch):
    monkeypatch.setattr(metrics, "BATCH", batch)
    with pytest.raises(EngineInputError) as alone:
        curriculum_metrics(*wrong)
    with pytest.raises(EngineInputError) as among:
        list(curriculum_metrics_many([ORDINARY, ORDINARY, wrong, ORDINARY]))
    assert (type(among.value), str(among.value), among.value.row) == (type(alone.value), str(alone.value), alone.value.row)
    assert among.value.__notes__ == ["in plan 2"]
