"""Laws of the gap, and the figures of a class against plain Python."""

from statistics import mean, variance

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import t as student

from sheber.engines.competence import VERDICTS, Attainment, cohort_attainment, gap
from sheber.engines.errors import EngineInputError

LEVEL = st.one_of(st.just(float("nan")), st.integers(0, 50).map(lambda tenth: tenth / 10))
LEVELS = arrays(np.float64, (4, 3), elements=LEVEL)
TARGET = arrays(np.float64, 3, elements=LEVEL)
WEIGHT = arrays(np.float64, 3, elements=st.integers(1, 9).map(float))


def spread(level: np.ndarray, half: float) -> Attainment:
    return Attainment(level, np.clip(level - half, 0, 5), np.clip(level + half, 0, 5), np.where(np.isnan(level), np.nan, half / 2),
                      (~np.isnan(level)).astype(np.int32), "test-1")


@settings(deadline=None)
@given(required=TARGET, weight=WEIGHT, level=LEVELS, half=st.sampled_from([0.0, 0.3, 1.0]))
def test_gap_says_what_its_definition_says(required: np.ndarray, weight: np.ndarray, level: np.ndarray, half: float) -> None:
    people = spread(level, half)
    found = gap(required, weight, level, people.low, people.high, noise_below=0.5)
    for p in range(4):
        known, total, down, short, below = 0.0, 0.0, 0.0, 0, {}
        for k in range(3):
            verdict = VERDICTS[found.verdict[p, k]]
            d = level[p, k] - required[k]
            if np.isnan(required[k]) or np.isnan(level[p, k]):
                assert verdict == ("not_required" if np.isnan(required[k]) else "not_assessed")
                assert np.isnan(found.difference[p, k])
                continue
            assert found.difference[p, k] == pytest.approx(d)
            expected = "met" if people.low[p, k] >= required[k] - 1e-9 else "short" if people.high[p, k] < required[k] - 1e-9 else "within"
            assert verdict == expected
            known, total, down = known + weight[k], total + weight[k] * d, down + weight[k] * max(0.0, -d)
            short += expected == "short" and not abs(d) < 0.5 - 1e-9
            if d < -1e-9:
                below[k] = d
        assert found.short[p] == short
        np.testing.assert_allclose(found.mean_difference[p], total / known if known else np.nan, atol=1e-9)
        np.testing.assert_allclose(found.shortfall[p], down / known if known else np.nan, atol=1e-9)
        assert (found.largest[p] in below and below[found.largest[p]] == min(below.values())) if below else found.largest[p] == -1


@settings(deadline=None)
@given(required=TARGET, weight=WEIGHT, level=LEVELS, scale=st.sampled_from([0.25, 3.0, 1000.0]))
def test_the_scale_of_weights_does_not_matter_and_the_gap_adds_up(required: np.ndarray, weight: np.ndarray, level: np.ndarray,
                                                                  scale: float) -> None:
    one, other = gap(required, weight, level), gap(required, weight * scale, level)
    np.testing.assert_allclose(one.mean_difference, other.mean_difference, atol=1e-9)
    np.testing.assert_allclose(one.shortfall, other.shortfall, atol=1e-9)
    np.testing.assert_array_equal(one.order(), other.order())
    half = gap(required, weight, level / 2 + required / 2)                  # half-way there leaves half the gap
    np.testing.assert_allclose(half.difference * 2, one.difference, atol=1e-9)


@settings(deadline=None)
@given(required=TARGET, weight=WEIGHT, level=LEVELS)
def test_the_order_starts_with_the_largest_gap_and_ends_with_what_is_unknown(required: np.ndarray, weight: np.ndarray,
                                                                             level: np.ndarray) -> None:
    found = gap(required, weight, level)
    for p in range(4):
        sorted_row = found.difference[p, found.order()[p]]
        known = sorted_row[~np.isnan(sorted_row)]
        assert (np.diff(known) >= 0).all()
        assert np.isnan(sorted_row[known.size:]).all()


@pytest.mark.parametrize(("arguments", "field"), [
    (([3, 3], [1, -1], [1, 1]), "weight"), (([3, 3], [1, np.nan], [1, 1]), "weight"), (([3, 3, 3], [1, 1], [1, 1]), "required"),
    (([3, 3], [1, 1], [1, 1], [2, 0]), "low"), (([3, 3], [1, 1], [1, 1], [0, 0], [1, 0.5]), "high"),
    (([3, 3], [1, 1], [1, np.inf]), "attained")])
def test_bad_input_of_the_gap_is_named(arguments: tuple[list[float], ...], field: str) -> None:
    with pytest.raises(EngineInputError) as no:
        gap(*arguments)
    assert no.value.field == field


@settings(deadline=None)
@given(level=arrays(np.float64, (7, 2), elements=LEVEL), half=st.sampled_from([0.0, 0.4, 1.5]),
       cohort=arrays(np.int64, 7, elements=st.integers(-1, 2)), required=arrays(np.float64, 2, elements=LEVEL))
def test_a_class_says_what_its_definition_says(level: np.ndarray, half: float, cohort: np.ndarray, required: np.ndarray) -> None:
    people = spread(level, half)
    found = cohort_attainment(people, cohort, n_cohorts=3, required=required)
    for g in range(3):
        for k in range(2):
            who = [p for p in range(7) if cohort[p] == g and not np.isnan(level[p, k])]
            n, values = len(who), [level[p, k] for p in who]
            assert (found.assessed[g, k], found.assessed[g, k] + found.not_assessed[g, k]) == (n, (cohort == g).sum())
            if n == 0:
                assert np.isnan([found.level[g, k], found.low[g, k], found.high[g, k], found.below_share[g, k]]).all()
                continue
            assert found.level[g, k] == pytest.approx(mean(values))
            if n == 1:
                assert (found.low[g, k], found.high[g, k]) == (people.low[who[0], k], people.high[who[0], k])
            else:
                squared = max(variance(values), (half / 2) ** 2)
                reach = student.ppf(0.975, n - 1) * (squared / n) ** 0.5
                np.testing.assert_allclose([found.low[g, k], found.high[g, k]],
                                           np.clip([mean(values) - reach, mean(values) + reach], 0, 5), atol=1e-7)
                assert found.between_sd[g, k] == pytest.approx(max(0.0, variance(values) - (half / 2) ** 2) ** 0.5, abs=1e-7)
            shares = ([np.nan] * 2 if np.isnan(required[k]) else
                      [sum(v < required[k] for v in values) / n, sum(people.high[p, k] < required[k] for p in who) / n])
            np.testing.assert_allclose([found.below_share[g, k], found.short_share[g, k]], shares)


def test_the_interval_of_a_class_covers_what_it_promises() -> None:
    """People drawn around a true mean, each seen with an error: 95 % of classes hold the truth."""
    rng = np.random.default_rng(7)
    classes, size = 4000, 12
    truth = 2.5 + 0.4 * rng.standard_normal((classes, size))
    seen = truth + 0.3 * rng.standard_normal((classes, size))
    level = seen.reshape(-1, 1)
    people = Attainment(level, level - 0.6, level + 0.6, np.full_like(level, 0.3), np.ones(level.shape, dtype=np.int32), "test-1")
    found = cohort_attainment(people, np.repeat(np.arange(classes), size), n_cohorts=classes)
    covered = ((found.low <= 2.5) & (found.high >= 2.5)).mean()
    assert 0.94 < covered < 0.965
    assert found.between_sd.mean() == pytest.approx(0.4, abs=0.05)


def test_bad_input_of_a_class_is_named() -> None:
    people = spread(np.ones((2, 1)), 0.1)
    for cohort in (np.array([0, 1]), np.array([0, -2]), np.array([0])):
        with pytest.raises(EngineInputError) as no:
            cohort_attainment(people, cohort, n_cohorts=1)
        assert no.value.field == "cohort"
