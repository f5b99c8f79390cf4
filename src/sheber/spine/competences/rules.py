"""What is measured against: an engineer type, or an occupation that shades it; and why an item of it rests on little."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from sheber.engines.competence import NOISE_LEVELS, WEAK_ITEMS, item_flags, shaded_demand, type_means

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Kind = Literal["engineer_type", "occupation"]


@dataclass(frozen=True, slots=True)
class Demand:
    """Required level of K items with its interval; arrays of shape (K,), NaN = not required.

    ``deviation`` is the occupation's distance from the mean of its type (0 for a type); ``noise`` marks deviations that mean nothing,
    ``weak`` items that rest on little, ``kept`` items where the type's target stands because the source is silent.
    """

    kind: Kind
    level: FloatArray
    low: FloatArray
    high: FloatArray
    weight: FloatArray
    deviation: FloatArray
    noise: BoolArray
    weak: BoolArray
    kept: BoolArray

    @property
    def noise_below(self) -> float:
        """Differences below this many levels mean nothing."""
        return NOISE_LEVELS if self.kind == "occupation" else 0.0


def demand_of_type(level: FloatArray, weight: FloatArray) -> Demand:
    """Targets of an engineer type: set on purpose, so without an interval."""
    nothing = np.zeros(level.shape, dtype=np.bool_)
    return Demand("engineer_type", level, level, level, weight, np.zeros(level.shape), nothing, nothing, nothing)


def demand_of_occupation(*, codes: Sequence[str], type_level: FloatArray, type_weight: FloatArray, position: int, levels: FloatArray,
                         lows: FloatArray, highs: FloatArray, element_counts: FloatArray) -> Demand:
    """Targets of the type, shaded by how one occupation differs from all occupations of the type.

    Parameters
    ----------
    codes : K item codes
    type_level, type_weight : float arrays, shape (K,)
    position : int
        Row of the occupation in the tables.
    levels, lows, highs, element_counts : float arrays, shape (occupations of the type, K)

    Notes
    -----
    The weights stay those of the type: what an occupation rates as important describes a job, not a graduate.
    """
    listed, keep = item_flags(codes)
    mean = type_means(levels, np.zeros(levels.shape[0], dtype=np.int64), 1)[0]
    shaded = shaded_demand(type_level, levels[position], mean, lows[position], highs[position], n_elements=element_counts[position],
                           listed_weak=listed, keep_target=keep)
    return Demand("occupation", shaded.level, shaded.low, shaded.high, type_weight, shaded.deviation, shaded.noise, shaded.weak,
                  shaded.kept)


def weak_reason(code: str) -> str:
    """Code of the reason why an item rests on little; ``few_elements`` unless the item is listed."""
    return WEAK_ITEMS.get(code, "few_elements")


def weak_sentence(code: str) -> str:
    """Why the occupation's level of an item rests on little."""
    return {
        "poor_proxy": _("Ethics is neither a skill nor a knowledge element of the source: a poor proxy."),
        "single_element": _("Rests on one element, foreign language as seen from one country; the engineer type's target is kept."),
        "no_sustainability": _("The source has no element about sustainability."),
        "two_elements": _("Rests on two elements; leaving one out moves the level by 1.05."),
        "managing_not_inventing": _("The source sees managing, not inventing."),
        "finance_and_marketing": _("Rests on finance and marketing elements only."),
    }.get(WEAK_ITEMS.get(code, ""), _("Rests on one or two elements of the source."))
