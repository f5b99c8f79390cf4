"""Recommended changes against enumeration of every bundle on small matrices, with the rules written out again in plain Python."""

from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.engines.competence import CostModel, MatrixColumns, recommended_changes
from sheber.engines.errors import EngineInputError

COST = CostModel()
CELLS = [None, ("I", 1), ("T", 1), ("T", 2), ("U", 2), ("T", 3), ("U", 3)]


@dataclass(frozen=True)
class Small:
    terms: tuple[int, ...]
    credits: tuple[float, ...]
    hosts: tuple[bool, ...]
    links: tuple[tuple[int, int], ...]
    cells: tuple[tuple[tuple[int, int], tuple[str, int]], ...]
    required: tuple[float, ...]
    weight: tuple[float, ...]
    entry: tuple[float, ...]

    def columns(self) -> MatrixColumns:
        rows = self.cells
        return MatrixColumns(
            course=np.array([c for (c, _), _ in rows], dtype=np.int64), item=np.array([k for (_, k), _ in rows], dtype=np.int64),
            mode=np.array(["ITU".index(m) for _, (m, _) in rows], dtype=np.int64), level=np.array([float(v) for _, (_, v) in rows]),
            course_term=np.array(self.terms, dtype=np.int64), course_credits=np.array(self.credits), course_hosts=np.array(self.hosts),
            linked=np.array(self.links, dtype=np.int64).reshape(-1, 2), entry_level=np.array(self.entry),
            section=np.arange(len(self.required)), required=np.array(self.required))


@st.composite
def smalls(draw: st.DrawFn) -> Small:
    n, k = draw(st.integers(2, 3)), draw(st.integers(1, 2))
    terms = tuple(draw(st.lists(st.integers(1, 3), min_size=n, max_size=n)))
    cells = [((c, i), draw(st.sampled_from(CELLS))) for c in range(n) for i in range(k)]
    links = tuple((a, b) for a in range(n) for b in range(n) if terms[a] == terms[b] and a > b and draw(st.booleans()))
    return Small(terms, tuple(draw(st.lists(st.sampled_from([2.0, 4.0, 8.0]), min_size=n, max_size=n))),
                 tuple(draw(st.lists(st.booleans(), min_size=n, max_size=n))), links,
                 tuple((place, cell) for place, cell in cells if cell is not None),
                 tuple(draw(st.lists(st.sampled_from([1.0, 2.0, 2.5, 3.0, 4.0]), min_size=k, max_size=k))),
                 tuple(draw(st.lists(st.sampled_from([0.5, 1.0, 3.0]), min_size=k, max_size=k))),
                 tuple(draw(st.lists(st.sampled_from([np.nan, np.nan, 1.0]), min_size=k, max_size=k))))


class Oracle:
    """The rules of docs/reference/gap.md, by enumeration."""

    def __init__(self, small: Small) -> None:
        self.s, self.base = small, dict(small.cells)
        self.entry = [0.0 if np.isnan(level) else level for level in small.entry]
        self.items = range(len(small.required))
        self.short_before = [max(0.0, need - self.planned(self.base, k)) for k, need in enumerate(small.required)]
        self.options = {(c, k): self._options(c, k) for c in range(len(small.terms)) for k in self.items if self.short_before[k] > 0}

    def before(self, a: int, b: int) -> bool:
        return a != b and (self.s.terms[a] < self.s.terms[b] or (b, a) in self.s.links)

    def taught(self, cells: dict, c: int, k: int) -> float:
        return max([self.entry[k], *(v for (a, i), (m, v) in cells.items() if i == k and m == "T" and self.before(a, c))])

    def planned(self, cells: dict, k: int) -> float:
        return max([0.0, *(v for (c, i), (m, v) in cells.items() if i == k and (m == "T" or (m == "U" and self.taught(cells, c, k) > 0)))])

    def _options(self, c: int, k: int) -> list[tuple[str, int]]:
        top = int(np.ceil(self.s.required[k]))
        mode, level = self.base.get((c, k), ("", 0))
        if mode in ("T", "U"):
            return [(mode, v) for v in range(level + 1, min(level + COST.most_raise, top) + 1)]
        if mode == "I":
            return [("T", v) for v in range(1, top + 1)]
        return [(m, v) for m in "TU" for v in range(1, top + 1)] if self.s.hosts[c] else []

    def footing(self, bundle: dict, place: tuple[int, int]) -> bool:
        (c, k), (mode, level) = place, bundle[place]
        before, own = self.taught({**self.base, **bundle}, c, k), self.base.get(place, ("", 0))
        if mode == "T":
            return level - COST.teach_rise <= max(before, own[1] if own[0] == "T" else 0)
        return before >= max(1, level - COST.use_rise)

    def credits(self, bundle: dict, place: tuple[int, int]) -> float:
        (c, k), (mode, level) = place, bundle[place]
        own = self.base.get(place, ("", 0))
        start = min(level - 1, max(self.taught({**self.base, **bundle}, c, k), own[1] if own[0] == mode else 0))
        steps = sum(COST.teach_step[int(start):level])
        once = (COST.new_outcome if own[0] != mode else 0) + (COST.new_topic if not own[0] else 0)
        return steps * (1 if mode == "T" else COST.use_share) + once

    def closed(self, bundle: dict, k: int) -> float:
        left = {place: to for place, to in bundle.items() if place[1] == k}
        while gone := [place for place in left if not self.footing(left, place)]:
            for place in gone:
                del left[place]
        return min(self.planned({**self.base, **left}, k), self.s.required[k]) - min(self.planned(self.base, k), self.s.required[k])

    def fits(self, bundle: dict) -> bool:
        for c in {place[0] for place in bundle}:
            here = [place for place in bundle if place[0] == c]
            if len(here) > COST.course_changes or sum(self.credits(bundle, p) for p in here) > COST.course_share * self.s.credits[c] + 1e-9:
                return False
        return all(self.footing(bundle, place) for place in bundle)

    def of_item(self, k: int, most: int) -> list[tuple[dict, float, float]]:
        places = [place for place in self.options if place[1] == k]
        found = []
        for size in range(1, most + 1):
            for chosen in combinations(places, size):
                for levels in product(*(self.options[place] for place in chosen)):
                    bundle = dict(zip(chosen, levels, strict=True))
                    gain = self.closed(bundle, k)
                    if gain > 0 and self.fits(bundle):
                        found.append((bundle, gain, sum(self.credits(bundle, p) for p in bundle)))
        return [(b, g, c) for b, g, c in found
                if all(self.closed({p: t for p, t in b.items() if p != q}, k) < g for q in b)
                and not any(len(b2) < len(b) and g2 >= g and c2 <= c + 1e-9 for b2, g2, c2 in found)]

    def best(self, fewest: int, most: int, budget: float, per_credit: bool) -> tuple[int, float]:
        """(number of changes demanded, best value): weighted levels closed per credit, or weighted levels closed."""
        by_item = [[({}, 0.0, 0.0), *self.of_item(k, most)] if self.short_before[k] > 0 else [({}, 0.0, 0.0)] for k in self.items]
        values: dict[int, float] = {}
        for parts in product(*by_item):
            bundle = {place: to for part, _, _ in parts for place, to in part.items()}
            credits = sum(cost for _, _, cost in parts)
            if bundle and len(bundle) <= most and credits <= budget + 1e-9 and self.fits(bundle):
                gain = sum(w * g for w, (_, g, _) in zip(self.s.weight, parts, strict=True)) / sum(self.s.weight)
                values[len(bundle)] = max(values.get(len(bundle), 0.0), gain / credits if per_credit else gain)
        for least in range(fewest, 0, -1):
            reached = [value for size, value in values.items() if size >= least]
            if reached:
                return least, max(reached)
        return 0, 0.0


@settings(max_examples=60, deadline=None)
@given(small=smalls(), per_credit=st.booleans(), budget=st.sampled_from([0.4, 1.0, 2.0, 50.0]))
def test_the_best_bundle_is_the_best_of_all_bundles(small: Small, per_credit: bool, budget: float) -> None:
    oracle = Oracle(small)
    found = recommended_changes(small.columns(), small.required, small.weight, objective="per_credit" if per_credit else "most_closed",
                                fewest=2, most=3, budget=budget)
    least, best = oracle.best(2, 3, budget, per_credit)
    assert (found.per_credit if per_credit else found.gap_closed) == pytest.approx(best, abs=1e-7)
    assert len(found.changes) >= least
    assert found.status == ("optimal" if best else "nothing_short" if not any(oracle.short_before) else "no_change_helps")
    bundle = {(one.course, one.item): (one.to_mode, one.to_level) for one in found.changes}
    assert len(bundle) == len(found.changes) <= 3
    assert oracle.fits(bundle)
    for one in found.changes:
        assert oracle.base.get((one.course, one.item), ("", 0)) == (one.from_mode, one.from_level)
        assert one.credits == pytest.approx(oracle.credits(bundle, (one.course, one.item)))
        assert one.lost_without > 0
    assert sum(one.credits for one in found.changes) == pytest.approx(found.credits)
    assert sum(one.gap_closed for one in found.changes) == pytest.approx(found.gap_closed)
    if best:
        assert found.bound == pytest.approx(best, abs=1e-5)
    after = {**oracle.base, **bundle}
    assert found.planned_after.tolist() == [oracle.planned(after, k) for k in oracle.items]


def demo(**changed: object) -> MatrixColumns:
    values: dict[str, object] = {
        "course": np.array([0, 1, 2]), "item": np.array([0, 1, 2]), "mode": np.array([1, 1, 0]), "level": np.array([2.0, 3.0, 1.0]),
        "course_term": np.array([1, 2, 3]), "course_credits": np.array([6.0, 6.0, 6.0]), "course_hosts": np.array([True, True, True]),
        "linked": np.zeros((0, 2), dtype=np.int64), "entry_level": np.full(3, np.nan), "section": np.array([0, 0, 0]),
        "required": np.full(3, 4.0)}
    return MatrixColumns(**{**values, **changed})  # type: ignore[arg-type]


def test_weights_have_no_scale_and_the_answer_repeats_itself() -> None:
    one = recommended_changes(demo(), [4, 4, 4], [1.0, 2.0, 1.0])
    other = recommended_changes(demo(), [4, 4, 4], [10.0, 20.0, 10.0])
    assert one.changes == recommended_changes(demo(), [4, 4, 4], [1.0, 2.0, 1.0]).changes
    made, again = ([(c.course, c.item, c.to_mode, c.to_level) for c in plan.changes] for plan in (one, other))
    assert made == again
    assert one.gap_closed == pytest.approx(other.gap_closed)
    assert 3 <= len(one.changes) <= 5
    assert one.gap_before == pytest.approx((2 + 2 * 1 + 4) / 4)


def test_teaching_put_first_lets_an_existing_use_count() -> None:
    matrix = demo(course=np.array([2]), item=np.array([0]), mode=np.array([2]), level=np.array([4.0]))
    found = recommended_changes(matrix, [4, np.nan, np.nan], [1, 0, 0])
    assert found.now_counting == (0,)
    assert found.planned_after[0] == 4
    assert [(one.to_mode, one.to_level) for one in found.changes] == [("T", 1)]


def test_one_change_that_does_it_all_is_not_padded_to_three() -> None:
    found = recommended_changes(demo(), [3, np.nan, np.nan], [1, 0, 0])
    assert len(found.changes) == 1
    assert found.gap_after == pytest.approx(0)


def test_nothing_short_and_nothing_possible() -> None:
    assert recommended_changes(demo(), [2, 3, np.nan], [1, 1, 1]).status == "nothing_short"
    assert recommended_changes(demo(), [4, 4, 4], [1, 1, 1], budget=0.0).status == "no_change_helps"


@pytest.mark.parametrize(("changed", "field"), [({"weight": [-1, 1, 1]}, "weight"), ({"required": [6, 1, 1]}, "required"),
                                                ({"budget": -1.0}, "budget"),
                                                ({"fewest": 0}, "fewest"), ({"suitable": np.ones((1, 1), dtype=bool)}, "suitable")])
def test_bad_input_is_named(changed: dict[str, object], field: str) -> None:
    with pytest.raises(EngineInputError) as no:
        recommended_changes(demo(), **{"required": [4, 4, 4], "weight": [1, 1, 1], **changed})  # type: ignore[arg-type]
    assert no.value.field == field
