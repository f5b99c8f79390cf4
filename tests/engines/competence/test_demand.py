"""Shaded demand against the published table, read from the data files."""

import csv
from importlib.resources import files

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sheber.engines.competence import VERDICTS, WEAK_ITEMS, gap, item_flags, shaded_demand, type_means
from sheber.engines.errors import EngineInputError

TYPES = ("technician", "line_engineer", "innovative_engineer", "research_engineer")
ITEMS = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5", "3.1", "3.2", "3.3", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7",
         "4.8")
# "Mean level per type" of the description of the occupation profiles, rounded to two places there.
PUBLISHED = """2.06 2.95 3.34 3.63|2.39 2.86 3.32 3.03|2.41 3.44 3.93 3.78|2.14 2.83 3.05 3.14|1.95 2.81 2.95 3.29|1.77 2.76 2.88 2.86
2.07 2.82 2.84 2.98
1.57 1.98 1.80 1.68|1.77 2.36 2.20 2.17|1.97 2.79 2.82 3.01|0.25 0.57 0.53 0.55|0.78 1.38 1.05 1.27|1.35 2.35 1.96 1.75|1.60 2.70 2.69 2.60
1.72 2.91 3.48 2.58|1.73 2.17 2.13 1.77|2.21 2.29 2.22 2.12|1.53 2.51 2.39 2.29|0.66 1.68 1.58 1.25""".replace("\n", "|")


def rows(name: str) -> list[dict[str, str]]:
    with (files("sheber.data") / "domain" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def profiles() -> dict[str, np.ndarray]:
    types = {row["soc"]: TYPES.index(row["engineer_type"]) for row in rows("occupation_titles.csv")}
    codes = list(types)
    values = {name: np.full((len(codes), 19), np.nan) for name in ("level", "level_lo", "level_hi", "n_elements")}
    for row in rows("occupation_profiles.csv"):
        for name, table in values.items():
            if row[name]:
                table[codes.index(row["soc"]), ITEMS.index(row["cdio"])] = float(row[name])
    targets = yaml.safe_load((files("sheber.data") / "domain" / "engineer_types.yaml").read_text(encoding="utf-8"))["types"]
    return {**values, "type": np.array(list(types.values())), "codes": np.array(codes),
            "target": np.array([[float(targets[name]["targets"][item]) for item in ITEMS] for name in TYPES])}


def test_means_of_the_types_are_the_published_ones(profiles: dict[str, np.ndarray]) -> None:
    assert len(profiles["codes"]) == 79
    published = np.array([[float(x) for x in row.split()] for row in PUBLISHED.split("|")]).T
    np.testing.assert_allclose(type_means(profiles["level"], profiles["type"], 4), published, atol=0.0101)


def test_every_occupation_is_shaded_by_the_formula(profiles: dict[str, np.ndarray]) -> None:
    weak, keep = item_flags(ITEMS)
    means = type_means(profiles["level"], profiles["type"], 4)
    for o, kind in enumerate(profiles["type"].tolist()):
        found = shaded_demand(profiles["target"][kind], profiles["level"][o], means[kind], profiles["level_lo"][o], profiles["level_hi"][o],
                              n_elements=profiles["n_elements"][o], listed_weak=weak, keep_target=keep)
        for k, item in enumerate(ITEMS):
            level = profiles["level"][o, k]
            if item == "3.3" or np.isnan(level):
                assert found.kept[k]
                assert found.low[k] == found.level[k] == found.high[k] == profiles["target"][kind, k]
                continue
            peers = [value for value, other in zip(profiles["level"][:, k], profiles["type"], strict=True)
                     if other == kind and not np.isnan(value)]
            deviation = level - sum(peers) / len(peers)
            assert found.level[k] == pytest.approx(min(5.0, max(0.0, profiles["target"][kind, k] + deviation)))
            assert found.low[k] <= found.level[k] <= found.high[k]
            assert found.noise[k] == (abs(deviation) < 0.5)
            assert found.weak[k] == (item in WEAK_ITEMS or profiles["n_elements"][o, k] <= 2)
    assert found.weak[ITEMS.index("4.8")]


@settings(deadline=None)
@given(shift=st.floats(-1, 1), levels=st.lists(st.floats(1, 4), min_size=4, max_size=4))
def test_a_common_shift_of_the_source_changes_nothing(shift: float, levels: list[float]) -> None:
    type_index = np.zeros(2, dtype=np.int64)
    one, other = np.array([levels[:2], levels[2:]]), np.array([levels[:2], levels[2:]]) + shift
    shaded = [shaded_demand([2.0, 3.0], table[0], type_means(table, type_index, 1)[0]).level for table in (one, other)]
    np.testing.assert_allclose(shaded[0], shaded[1], atol=1e-9)


def test_an_occupation_like_its_type_asks_what_its_type_asks() -> None:
    assert shaded_demand([4.0, 2.0], [2.5, 1.0], [2.5, 1.0]).level.tolist() == [4.0, 2.0]


def test_gap_against_an_occupation_keeps_both_intervals_and_names_noise() -> None:
    demand = shaded_demand([3.0, 3.0, 3.0], [3.5, 2.4, 4.0], [2.5, 2.0, 2.0], [3.3, 2.2, 3.8], [3.7, 2.6, 4.2])
    found = gap(demand.level, np.ones(3), [3.9, 3.2, 3.0], required_low=demand.low, required_high=demand.high, noise_below=0.5)
    assert [VERDICTS[code] for code in found.verdict] == ["within", "within", "short"]
    assert found.noise.tolist() == [True, True, False]
    assert found.short == 1


def test_levels_outside_the_scale_are_refused() -> None:
    with pytest.raises(EngineInputError) as no:
        shaded_demand([3.0, 3.0], [3.0, 5.5], [2.0, 2.0])
    assert (no.value.field, no.value.row) == ("occupation_level", 1)
    with pytest.raises(EngineInputError):
        type_means(np.ones((2, 3)), np.array([0, 1]), 1)
