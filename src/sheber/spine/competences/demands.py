"""The stated needs as pages show them: engineer types side by side, and an occupation beside its type. Figures are levels 0-5."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from sheber.kit.localised import LocalisedText
from sheber.spine.organisations.queries import sectors

from . import profiles, queries
from .profiles import FloatArray, ItemRow, ProfileRow
from .queries import FrameworkRow, OccupationDetail, TypeRow
from .rules import demand_of_occupation, weak_sentence

GAP_FRAMEWORK = "CDIO"
"""Profiles are stated in the items of this framework."""


@dataclass(frozen=True, slots=True)
class TargetCell:
    """What one type asks of one item; ``level`` is ``None`` where nothing is required. ``weight`` is a share 0..1."""

    type_code: str
    level: float | None
    weight: float

    @property
    def shown(self) -> float | int | None:
        """The level as its sign prints it: targets are whole levels unless somebody says otherwise."""
        return int(self.level) if self.level is not None and self.level.is_integer() else self.level


@dataclass(frozen=True, slots=True)
class TargetRow:
    """An item with what each type asks of it, in the order of the types."""

    item: ItemRow
    cells: tuple[TargetCell, ...]


@dataclass(frozen=True, slots=True)
class TypeTable:
    """All types side by side. A type without a profile in force has no cell and is not among ``types``."""

    framework: FrameworkRow | None
    types: tuple[TypeRow, ...]
    profiles: Mapping[str, ProfileRow]
    rows: tuple[TargetRow, ...]


@dataclass(frozen=True, slots=True)
class DemandRow:
    """One item of an occupation. ``raw`` (``raw_low``-``raw_high``) is what the source rates: comparable between occupations, not a
    target. ``demand`` is the target of the type shaded by ``deviation``; ``elements`` is how many elements of the source stand behind."""

    item: ItemRow
    raw: float | None
    raw_low: float | None
    raw_high: float | None
    target: float | None
    demand: float | None
    low: float | None
    high: float | None
    weight: float
    deviation: float
    elements: int | None
    is_noise: bool
    is_weak: bool
    is_kept: bool
    weak_reason: str


@dataclass(frozen=True, slots=True)
class OccupationPage:
    """An occupation, its profile and its type's, and the demand made of it; no rows when one of the two profiles is missing."""

    occupation: OccupationDetail
    framework: FrameworkRow
    profile: ProfileRow
    type_profile: ProfileRow
    rows: tuple[DemandRow, ...]
    compared_with: int


@dataclass(frozen=True, slots=True)
class ListedOccupation:
    """An occupation with the name of its branch in the reader's language; empty when it serves several branches."""

    job: OccupationDetail
    sector: str


def type_table() -> TypeTable:
    """Every engineer type with its targets; five queries."""
    framework = queries.framework(GAP_FRAMEWORK)
    items = profiles.item_rows(framework.id) if framework else ()
    found = profiles.type_profiles(items)
    types = tuple(row for row in queries.type_list() if row.code in found)
    rows = tuple(TargetRow(item, tuple(TargetCell(one.code, _known(found[one.code].level, k), float(found[one.code].weight[k]))
                                       for one in types)) for k, item in enumerate(items))
    return TypeTable(framework, types, found, rows)


def occupation_counts() -> dict[str, int]:
    """How many occupations each type has; one query."""
    counts: dict[str, int] = {}
    for row in profiles.occupations():
        counts[row.engineer_type] = counts.get(row.engineer_type, 0) + 1
    return counts


def sector_names() -> dict[str, LocalisedText]:
    """Branches of industry by code; one query."""
    return {row.code: row.name for row in sectors()}


def occupation_rows() -> tuple[ListedOccupation, ...]:
    """All occupations with their branches; two queries."""
    names = sector_names()
    return tuple(ListedOccupation(row, str(names.get(row.sector_code, ""))) for row in queries.occupation_list(limit=10_000))


def occupation_page(soc: str) -> OccupationPage | None:
    """An occupation beside its type; seven queries. ``None`` when there is no such occupation or one of the profiles is missing."""
    occupation = queries.occupation(soc)
    framework = queries.framework(GAP_FRAMEWORK)
    if occupation is None or framework is None:
        return None
    items = profiles.item_rows(framework.id)
    type_profile = profiles.type_profile(occupation.engineer_type, items)
    fellows = profiles.occupation_profiles(items, engineer_type=occupation.engineer_type)
    position = next((n for n, row in enumerate(fellows) if row.soc == soc), None)
    if type_profile is None or position is None:
        return None

    def table(column: Callable[[ProfileRow], FloatArray]) -> FloatArray:
        return np.array([column(row) for row in fellows])

    asked = demand_of_occupation(
        codes=[item.code for item in items], type_level=type_profile.level, type_weight=type_profile.weight, position=position,
        levels=table(lambda row: row.level), lows=table(lambda row: row.low), highs=table(lambda row: row.high),
        element_counts=table(lambda row: row.element_count))
    own = fellows[position]
    rows = tuple(DemandRow(
        item, _known(own.level, k), _known(own.low, k), _known(own.high, k), _known(type_profile.level, k), _known(asked.level, k),
        _known(asked.low, k), _known(asked.high, k), float(asked.weight[k]), float(np.nan_to_num(asked.deviation[k])),
        None if np.isnan(own.element_count[k]) else int(own.element_count[k]), bool(asked.noise[k]), bool(asked.weak[k]),
        bool(asked.kept[k]), weak_sentence(item.code) if asked.weak[k] else "") for k, item in enumerate(items))
    return OccupationPage(occupation, framework, own, type_profile, rows, len(fellows))


def _known(values: FloatArray, k: int) -> float | None:
    return None if np.isnan(values[k]) else float(values[k])
