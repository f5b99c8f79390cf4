"""Demand of an occupation: the targets of its engineer type, shaded by how it differs from the type's other occupations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from sheber.engines.competence.columns import LEVEL_MAX, BoolArray, FloatArray, IntArray, check_index, floats, refuse
from sheber.engines.competence.gap import NOISE_LEVELS
from sheber.engines.errors import EngineInputError

WEAK_ITEMS: Mapping[str, str] = MappingProxyType({
    "2.5": "poor_proxy",               # ethics is neither a skill nor a knowledge element of the source
    "3.3": "single_element",           # one element, foreign language as seen from one country
    "4.1": "no_sustainability",        # no element about sustainability
    "4.4": "two_elements",             # rests on two elements; leaving one out moves it by 1.05 levels
    "4.7": "managing_not_inventing",   # sees managing, not inventing
    "4.8": "finance_and_marketing",    # finance and marketing elements only
})
"""CDIO items whose occupation levels rest on little, with a reason code (docs/reference/gap.md)."""
KEEP_TARGET_ITEMS = frozenset({"3.3"})
"""CDIO items never shaded: the type's target stands."""
FEW_ELEMENTS = 2
"""An item resting on at most this many elements is weak."""


@dataclass(frozen=True, slots=True)
class ShadedDemand:
    """Demand over K items: ``level`` with its interval ``low``, ``high``; ``deviation`` of the occupation from its type's mean (0 where
    kept).

    ``kept``: the type's target stands, nothing is known of the occupation; ``weak``: rests on little; ``noise``: the deviation is under
    half a level, hence nothing to act on.
    """

    level: FloatArray
    low: FloatArray
    high: FloatArray
    deviation: FloatArray
    kept: BoolArray
    weak: BoolArray
    noise: BoolArray


def item_flags(codes: Sequence[str]) -> tuple[BoolArray, BoolArray]:
    """(listed weak, keep the target) for item codes of the CDIO syllabus, each of shape (K,)."""
    return (np.array([code in WEAK_ITEMS for code in codes], dtype=np.bool_),
            np.array([code in KEEP_TARGET_ITEMS for code in codes], dtype=np.bool_))


def type_means(level: ArrayLike, type_index: IntArray, n_types: int) -> FloatArray:
    """Mean level of the occupations of each type, shape (n_types, K).

    ``level`` is (occupations, K), NaN where the source has none; such entries are left out of the mean, which is NaN if all are.
    """
    levels = floats("level", level)
    if levels.ndim != 2 or type_index.shape != levels.shape[:1]:
        raise EngineInputError("type_index", "One type per row of levels is expected.")
    check_index("type_index", type_index, n_types)
    known = ~np.isnan(levels)
    total, count = np.zeros((n_types, levels.shape[1])), np.zeros((n_types, levels.shape[1]))
    np.add.at(total, type_index, np.where(known, levels, 0.0))
    np.add.at(count, type_index, known.astype(np.float64))
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / count


def shaded_demand(type_target: ArrayLike, occupation_level: ArrayLike, type_mean_level: ArrayLike, low: ArrayLike | None = None,
                  high: ArrayLike | None = None, *, n_elements: ArrayLike | None = None, listed_weak: ArrayLike | None = None,
                  keep_target: ArrayLike | None = None, few_elements: int = FEW_ELEMENTS,
                  noise_below: float = NOISE_LEVELS) -> ShadedDemand:
    """Target of the type + level of the occupation - mean level of the type, cut to 0-5.

    Parameters
    ----------
    type_target : float array, shape (K,), level
        Targets of the engineer type; NaN = the type asks nothing, and nothing is asked here.
    occupation_level, low, high : float array, shape (K,), level
        Level of the occupation and its interval; an empty level (NaN) keeps the target.
    type_mean_level : float array, shape (K,), level
        Mean over the occupations of the type, from ``type_means``.
    n_elements : int array, shape (K,), optional
        Number of source elements an item rests on; ``few_elements`` or fewer is weak.
    listed_weak, keep_target : bool array, shape (K,), optional
        From ``item_flags``.
    noise_below : float, levels

    Raises
    ------
    EngineInputError
        Shapes differ; a level lies outside 0-5.

    Notes
    -----
    The levels of the source measure complexity on a scale for all jobs and lie about 1.2 below the targets, so only
    deviations are used. The interval is moved with the level and cut to 0-5; it holds rater error only. Where the target is kept there is
    no interval: low = high = target.

    Examples
    --------
    >>> shaded_demand([4.0, 3.0], [3.5, np.nan], [2.8, 0.6], [3.2, np.nan], [3.8, np.nan]).level
    array([4.7, 3. ])
    """
    target = floats("type_target", type_target)
    shape = target.shape
    if target.ndim != 1:
        raise EngineInputError("type_target", "One row of items is expected.")
    level, mean = floats("occupation_level", occupation_level, shape), floats("type_mean_level", type_mean_level, shape)
    ends = [level if values is None else floats(name, values, shape) for name, values in (("low", low), ("high", high))]
    for name, values in (("type_target", target), ("occupation_level", level), ("type_mean_level", mean)):
        with np.errstate(invalid="ignore"):
            refuse(name, (values < 0) | (values > LEVEL_MAX), "A level lies between 0 and 5.")
    kept = np.isnan(level) | np.isnan(mean) | _flags("keep_target", keep_target, shape)
    weak = _flags("listed_weak", listed_weak, shape)
    if n_elements is not None:
        weak = weak | (floats("n_elements", n_elements, shape) <= few_elements)
    deviation = np.where(kept, 0.0, level - mean)
    shaded = np.clip(target + deviation, 0.0, LEVEL_MAX)
    bounds = [np.clip(target + np.where(kept | np.isnan(end), deviation, end - mean), 0.0, LEVEL_MAX) for end in ends]
    return ShadedDemand(shaded, bounds[0], bounds[1], deviation, kept, weak, np.abs(deviation) < noise_below - 1e-9)


def _flags(field: str, values: ArrayLike | None, shape: tuple[int, ...]) -> BoolArray:
    flags = np.zeros(shape, dtype=np.bool_) if values is None else np.asarray(values, dtype=np.bool_)
    if flags.shape != shape:
        raise EngineInputError(field, f"The shape is {flags.shape}, expected {shape}.")
    return flags
