"""Attainment: every method against plain Python, the laws it must keep, and the honesty of its interval."""

import re
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import t as student

from sheber.engines.competence import DEFAULT_METHOD, METHODS, SETTINGS, Attainment, Method, attainment
from sheber.engines.errors import EngineInputError

ON = 20_000
Row = tuple[int, int, float, int, int]
ROW = st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 10).map(lambda half: half / 2), st.integers(ON - 3000, ON),
                st.integers(0, len(SETTINGS) - 1))
ROWS = st.lists(ROW, max_size=14)


def run(rows: list[Row], method: Method = DEFAULT_METHOD, n_people: int = 3, n_competences: int = 2) -> Attainment:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    kinds = (np.int64, np.int64, np.float64, np.int64, np.int64)
    person, competence, level, day, setting = (np.array(column, dtype=kind) for column, kind in zip(columns, kinds, strict=True))
    return attainment(person, competence, level, day, setting, n_people=n_people, n_competences=n_competences, on_day=ON, method=method)


def naive(items: list[Row], method: Method) -> tuple[float, float, float]:
    """(level, low, high) of one person and competence, from the definitions."""
    nothing = float("nan")
    if not items:
        return nothing, nothing, nothing
    levels = [row[2] for row in items]
    last = max(row[3] for row in items)
    newest, earlier = mean(row[2] for row in items if row[3] == last), [row[2] for row in items if row[3] < last]
    match method.kind:
        case "latest":
            return newest, nothing, nothing
        case "highest":
            return max(levels), nothing, nothing
        case "n_times":
            reached = [level for level in levels if sum(other >= level for other in levels) >= method.times]
            return max(reached, default=nothing), nothing, nothing
        case "decaying":
            return (0.65 * newest + 0.35 * mean(earlier) if earlier else newest), nothing, nothing
    weights = [method.setting_weights[row[4]] * (max(0.5 ** ((ON - row[3]) / method.half_life_days), method.recency_floor)
                                                 if method.half_life_days else 1.0) for row in items]
    total = sum(weights)
    centre = sum(w * y for w, y in zip(weights, levels, strict=True)) / total
    spread = sum(w * (y - centre) ** 2 for w, y in zip(weights, levels, strict=True))
    df = method.prior_df + len(items) - 1
    half = student.ppf(0.975, df) * ((method.prior_df * method.prior_sd ** 2 + spread) / df / total) ** 0.5
    return centre, max(0.0, centre - half), min(5.0, centre + half)


@settings(deadline=None)
@given(rows=ROWS, key=st.sampled_from(sorted(METHODS)))
def test_every_method_says_what_its_definition_says(rows: list[Row], key: str) -> None:
    found = run(rows, METHODS[key])
    for person in range(3):
        for competence in range(2):
            mine = [row for row in rows if row[:2] == (person, competence)]
            figures = (found.level[person, competence], found.low[person, competence], found.high[person, competence])
            np.testing.assert_allclose(figures, naive(mine, METHODS[key]), atol=1e-6)
            assert found.count[person, competence] == len(mine)
    assert found.method == key


@settings(deadline=None)
@given(rows=ROWS, key=st.sampled_from(sorted(METHODS)), data=st.data())
def test_the_order_of_rows_does_not_change_one_bit(rows: list[Row], key: str, data: st.DataObject) -> None:
    one, other = run(rows, METHODS[key]), run(data.draw(st.permutations(rows)), METHODS[key])
    for name in ("level", "low", "high", "standard_error", "count"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_order_of_rows_does_not_change_one_bit_across_chunks() -> None:
    rng = np.random.default_rng(5)
    n = 1_200_000
    columns = [rng.integers(0, 500, n), rng.integers(0, 4, n), rng.uniform(0, 5, n), rng.integers(ON - 2500, ON + 1, n),
               rng.integers(0, 7, n)]
    shuffled = rng.permutation(n)
    one = attainment(*columns, n_people=500, n_competences=4, on_day=ON)
    other = attainment(*(column[shuffled] for column in columns), n_people=500, n_competences=4, on_day=ON)
    np.testing.assert_array_equal(one.level, other.level)
    np.testing.assert_array_equal(one.low, other.low)


@settings(deadline=None)
@given(rows=ROWS.filter(bool), setting=st.integers(0, len(SETTINGS) - 1))
def test_an_item_at_the_mean_leaves_the_mean_and_narrows_the_interval(rows: list[Row], setting: int) -> None:
    before = run(rows)
    person, competence = rows[0][:2]
    after = run([*rows, (person, competence, float(np.clip(before.level[person, competence], 0, 5)), ON, setting)])
    assert after.level[person, competence] == pytest.approx(before.level[person, competence], abs=1e-6)
    assert after.standard_error[person, competence] < before.standard_error[person, competence]
    assert after.low[person, competence] >= before.low[person, competence] - 1e-6
    assert after.high[person, competence] <= before.high[person, competence] + 1e-6


@settings(deadline=None)
@given(rows=ROWS.filter(bool), key=st.sampled_from(sorted(METHODS)), rise=st.floats(0, 5))
def test_a_better_item_never_lowers_the_level(rows: list[Row], key: str, rise: float) -> None:
    first = rows[0]
    better = (*first[:2], min(5.0, first[2] + rise), *first[3:])
    before, after = run(rows, METHODS[key]).level[first[:2]], run([better, *rows[1:]], METHODS[key]).level[first[:2]]
    assert np.isnan(before) or after >= before - 1e-6


@settings(deadline=None)
@given(low=st.floats(0, 2), high=st.floats(3, 5), ages=st.lists(st.integers(0, 3000), min_size=2, max_size=2, unique=True))
def test_newer_evidence_weighs_more(low: float, high: float, ages: list[int]) -> None:
    new, old = min(ages), max(ages)
    grown = run([(0, 0, high, ON - new, 0), (0, 0, low, ON - old, 0)]).level[0, 0]
    shrunk = run([(0, 0, low, ON - new, 0), (0, 0, high, ON - old, 0)]).level[0, 0]
    assert grown > shrunk


def test_half_life_is_what_it_says() -> None:
    shown = run([(0, 0, 5.0, ON, 0), (0, 0, 2.0, ON - 365, 0)]).level[0, 0]
    assert shown == pytest.approx((5 * 1 + 2 * 0.5) / 1.5)


@settings(deadline=None)
@given(rows=ROWS, key=st.sampled_from(sorted(METHODS)))
def test_not_assessed_is_not_zero(rows: list[Row], key: str) -> None:
    found = run(rows, METHODS[key], n_people=5)
    assert np.isnan(found.level[3:]).all()
    assert np.isnan(found.low[3:]).all()
    assert not found.count[3:].any()
    assert not found.assessed[3:].any()


@pytest.mark.parametrize("sd_truth", ["prior", 0.6])
def test_the_interval_covers_what_it_promises(sd_truth: str | float) -> None:
    """Under the model itself coverage is 95 %; where raters spread exactly as believed it may only be higher."""
    rng, people = np.random.default_rng(11), 40_000
    sd = np.full(people, 0.6) if sd_truth == 0.6 else 0.6 * np.sqrt(6.0 / rng.chisquare(6.0, people))
    truth = rng.uniform(2.2, 2.8, people)
    count = rng.integers(1, 9, people)
    person = np.repeat(np.arange(people), count)
    day, setting = rng.integers(ON - 400, ON + 1, person.size), rng.integers(0, 7, person.size)
    weight = np.array(DEFAULT_METHOD.setting_weights)[setting] * 0.5 ** ((ON - day) / 365)
    level = truth[person] + rng.standard_normal(person.size) * sd[person] / np.sqrt(weight)
    inside = np.ones(people, dtype=bool)
    inside[person[(level < 0) | (level > 5)]] = False                    # the scale ends at 0 and 5: people beyond are left out
    found = attainment(person, np.zeros_like(person), np.clip(level, 0, 5), day, setting, n_people=people, n_competences=1, on_day=ON)
    covered = ((found.low[:, 0] <= truth) & (truth <= found.high[:, 0]))[inside].mean()
    assert inside.mean() > 0.9
    assert 0.945 < covered < (0.965 if sd_truth == "prior" else 1.0)


GOOD: dict[str, list[float]] = {"person": [0, 1], "competence": [0, 0], "level": [3.0, 4.0], "observed_day": [1, 2], "setting": [0, 1]}


@pytest.mark.parametrize(("field", "values", "row"), [
    ("level", [3.0, 5.1], 1), ("level", [-0.1, 5.0], 0), ("level", [3.0, np.nan], 1), ("person", [0, 2], 1), ("person", [-1, 0], 0),
    ("competence", [0, 1], 1), ("setting", [7, 0], 0), ("observed_day", [1, 11], 1), ("level", [3.0], None), ("person", [0.0, 1.0], None)])
def test_bad_rows_are_named(field: str, values: list[float], row: int | None) -> None:
    columns = {name: np.array(column) for name, column in {**GOOD, field: values}.items()}
    with pytest.raises(EngineInputError) as no:
        attainment(**columns, n_people=2, n_competences=1, on_day=10)
    assert (no.value.field, no.value.row) == (field, row)


@pytest.mark.parametrize("change", [{"prior_df": 2.0}, {"half_life_days": 0.0}, {"setting_weights": (1.0,)}, {"confidence": 1.0},
                                    {"times": 0}])
def test_a_method_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(EngineInputError) as no:
        replace(DEFAULT_METHOD, **change)  # type: ignore[arg-type]
    assert no.value.field in change


def test_the_hand_worked_example_of_the_documentation() -> None:
    """The table and the results are read from docs/explanation/attainment.md and computed again."""
    text = (Path(__file__).parents[3] / "docs" / "explanation" / "attainment.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| \d+ \| (\w+) \| (\d+) \| ([\d.]+) \| ([\d.]+) \|$", text, flags=re.MULTILINE)
    assert len(table) == 4
    found = run([(0, 0, float(level), ON - int(age), SETTINGS.index(setting)) for setting, age, level, _ in table])
    for setting, age, _, weight in table:
        assert DEFAULT_METHOD.setting_weights[SETTINGS.index(setting)] * 0.5 ** (int(age) / 365) == pytest.approx(float(weight), abs=5e-5)
    level, low, high = map(float, re.findall(r"\*\*(\d\.\d\d) \((\d\.\d\d)–(\d\.\d\d)\)\*\*", text)[0])
    assert (found.level[0, 0], found.low[0, 0], found.high[0, 0]) == pytest.approx((level, low, high), abs=0.005)


@settings(deadline=None)
@given(rows=ROWS)
def test_methods_agree_when_there_is_one_item(rows: list[Row]) -> None:
    assume(rows)
    one = replace(METHODS["n-times-1.0"], times=1)
    methods = [one, *(method for method in METHODS.values() if method.kind != "n_times")]
    figures = {run(rows[:1], method).level[rows[0][:2]].round(6) for method in methods}
    assert len(figures) == 1
