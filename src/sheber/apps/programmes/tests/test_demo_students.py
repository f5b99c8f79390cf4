"""The lots by which the demonstration's students are drawn: the same seed, the same people; shares and dates as said."""

import datetime as dt

import numpy as np
import pytest

from sheber.apps.programmes.rules.demo_students import (
    CORRECTED_SHARE,
    DEFAULT_SIZE,
    LAGS,
    SIZES,
    UNASSESSED_SHARE,
    DemoClass,
    classes,
    draw_names,
    levels_shown,
    term_end,
)
from sheber.engines.curriculum.plan import Cell, Course, Plan
from sheber.kit.seeding import data_yaml

from .factories import make_plan

TODAY = dt.date(2026, 11, 24)
GROUP = DemoClass(entry_year=2020, class_year=2024, size=4000, is_active=False)


def plan_of(*cells, code="X"):
    return Plan(code, {"en": "X"}, tuple(Course(f"C{n}", {"en": f"C{n}"}, 5.0, n + 1, cells=(cell,)) for n, cell in enumerate(cells)))


def shown(plan, seed=7, today=TODAY, group=GROUP):
    return list(levels_shown(plan, group, today=today, rng=np.random.default_rng(seed)))


def test_the_same_seed_gives_the_same_people_and_levels():
    pool = data_yaml("demo/names.yaml")
    assert draw_names(pool, size=50, rng=np.random.default_rng(3)) == draw_names(pool, size=50, rng=np.random.default_rng(3))
    assert draw_names(pool, size=50, rng=np.random.default_rng(3)) != draw_names(pool, size=50, rng=np.random.default_rng(4))
    plan = plan_of(Cell("1.1", "T", 3), Cell("1.1", "U", 4))
    for one, other in zip(shown(plan), shown(plan), strict=True):
        np.testing.assert_array_equal(one.levels, other.levels)
        np.testing.assert_array_equal(one.corrected, other.corrected)
    assert not np.array_equal(shown(plan)[0].levels, shown(plan, seed=8)[0].levels, equal_nan=True)


def test_a_name_is_one_person_in_three_languages():
    pool = data_yaml("demo/names.yaml")
    given = {row["kk"]: row for row in [*pool["given_female"], *pool["given_male"]]}
    for name in draw_names(pool, size=200, rng=np.random.default_rng(1)):
        first, last = name.kk.split(" ", 1)
        family = next(row for row in pool["family"] if row["kk"] == last)
        assert name.ru == f"{given[first]['ru']} {family['ru']}"
        assert name.en == f"{given[first]['en']} {family['en']}"


def test_a_share_stays_unassessed_and_a_few_are_corrected():
    """Four standard errors of a share among 8,000."""
    levels = np.concatenate([one.levels for one in shown(plan_of(Cell("1.1", "T", 3), Cell("2.1", "T", 3)))])
    corrected = np.concatenate([one.corrected for one in shown(plan_of(Cell("1.1", "T", 3), Cell("2.1", "T", 3)))])
    for share, wanted in ((np.isnan(levels).mean(), UNASSESSED_SHARE), (corrected.mean(), CORRECTED_SHARE * (1 - UNASSESSED_SHARE))):
        assert abs(share - wanted) < 4 * (wanted * (1 - wanted) / levels.size) ** 0.5
    assert not np.isnan(levels[corrected]).any()


def test_levels_are_halves_on_the_scale_and_follow_the_plan():
    for level in (1, 3, 5):
        levels = shown(plan_of(Cell("1.1", "T", level)))[0].levels
        known = levels[~np.isnan(levels)]
        assert set(np.unique(known * 2) % 1) == {0.0}
        assert known.min() >= 0.5
        assert known.max() <= 5.0
        assert abs(known.mean() - level) < 0.6


def test_a_lagging_item_lags():
    code, item = "6B07202", "2.3"
    assert item in LAGS[code]
    plain, lagging = (np.nanmean(shown(plan_of(Cell(item, "T", 3), code=name))[0].levels) for name in ("X", code))
    assert plain - lagging == pytest.approx(LAGS[code][item], abs=0.05)


def test_an_introduction_is_not_assessed():
    assert [one.course for one in shown(plan_of(Cell("1.1", "I", 1), Cell("1.1", "T", 2)))] == ["C1"]


@pytest.mark.parametrize(("today", "courses"), [
    (dt.date(2021, 1, 13), []), (dt.date(2021, 1, 14), ["C0"]), (dt.date(2021, 6, 11), ["C0"]), (dt.date(2021, 6, 12), ["C0", "C1"]),
    (dt.date(2022, 1, 14), ["C0", "C1", "C2"])])
def test_nothing_is_shown_before_its_term_ends(today, courses):
    plan = plan_of(Cell("1.1", "T", 2), Cell("1.1", "T", 3), Cell("1.1", "U", 3))
    assert [one.course for one in shown(plan, today=today)] == courses


def test_terms_end_in_january_and_june():
    assert [term_end(2024, term).isoformat() for term in (1, 2, 3, 8)] == ["2025-01-14", "2025-06-12", "2026-01-14", "2028-06-12"]


@pytest.mark.parametrize(("today", "entries"), [
    (dt.date(2026, 8, 31), [2021, 2022, 2023, 2024, 2025]), (dt.date(2026, 9, 1), [2022, 2023, 2024, 2025, 2026])])
def test_classes_turn_over_on_the_first_of_september(today, entries):
    found = classes(make_plan(), today=today, years=4)
    assert [one.entry_year for one in found] == entries
    assert [one.is_active for one in found] == [False, True, True, True, True]
    assert all(one.class_year == one.entry_year + 4 for one in found)


def test_classes_differ_a_little_in_size():
    sizes = {one.size for one in classes(make_plan(), today=TODAY, years=4)}
    assert len(sizes) > 1
    assert all(abs(size - DEFAULT_SIZE) <= 4 for size in sizes)
    for code, size in SIZES.items():
        assert all(abs(one.size - size) <= 4 for one in classes(make_plan(code=code), today=TODAY, years=2))


def test_the_demonstration_has_about_two_thousand_students():
    years = {"6B07202": 4, "6B07201": 4, "6B07103": 4, "6B07112": 4, "7M07104": 2, "5AB07161301": 3}
    assert set(years) == set(LAGS)
    total = sum(one.size for code in LAGS for one in classes(make_plan(code=code), today=TODAY, years=years[code]))
    assert 1800 <= total <= 2200
