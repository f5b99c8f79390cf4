"""The gap: attained minus required, for a person, a class, a programme or an occupation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sheber.engines.competence.columns import BoolArray, FloatArray, IntArray, floats, refuse
from sheber.engines.errors import EngineInputError

VERDICTS = ("met", "within", "short", "not_assessed", "not_required")
"""Codes of ``Gap.verdict``."""
MET, WITHIN, SHORT, NOT_ASSESSED, NOT_REQUIRED = range(5)
NOISE_LEVELS = 0.5
"""Differences from an occupation's demand below this many levels are shown as noise (docs/reference/gap.md)."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Gap:
    """Gap per item, shape (..., K), and its summary, shape (...).

    ``difference`` = attained - required, negative when short, NaN when not assessed or not required. ``verdict``: index in VERDICTS.
    ``noise``: a difference too small to mean anything. ``short`` counts the items short beyond noise, ``assessed`` those with a figure,
    ``not_assessed`` those required without one. ``mean_difference`` = sum(w d) / sum(w) and ``shortfall`` = sum(w max(0, -d)) / sum(w),
    both over assessed items, NaN if none: in the shortfall a surplus does not pay for a lack. ``largest`` is the item with the most
    negative difference, -1 when nothing lies below its target.
    """

    difference: FloatArray
    verdict: NDArray[np.int8]
    noise: BoolArray
    short: IntArray
    assessed: IntArray
    not_assessed: IntArray
    mean_difference: FloatArray
    shortfall: FloatArray
    largest: IntArray
    weight: FloatArray

    def order(self) -> IntArray:
        """Items sorted by difference, most negative first; ties by greater weight, then by index; NaN last. Shape (..., K)."""
        index = np.broadcast_to(np.arange(self.difference.shape[-1]), self.difference.shape)
        return np.lexsort((index, -np.broadcast_to(self.weight, self.difference.shape), self.difference), axis=-1)


def gap(required: ArrayLike, weight: ArrayLike, attained: ArrayLike, low: ArrayLike | None = None, high: ArrayLike | None = None, *,
        required_low: ArrayLike | None = None, required_high: ArrayLike | None = None, noise_below: float = 0.0) -> Gap:
    """Compare what is attained with what is required.

    Parameters
    ----------
    required, weight : float array, shape (K,) or any that broadcasts to ``attained``
        Target, NaN = not required; weight >= 0, its scale does not matter.
    attained : float array, shape (..., K), level 0-5
        One row for a programme or a class, (P, K) for people; NaN = not assessed (for a programme: not planned).
    low, high : float array like ``attained``, optional
        Interval; where it is missing or NaN the level itself stands (planned levels have no interval).
    required_low, required_high : float array like ``required``, optional
        Interval of the demand (occupations); where missing or NaN the target itself.
    noise_below : float, levels
        Absolute differences below it are flagged; NOISE_LEVELS for an occupation, 0 for targets set on purpose.

    Raises
    ------
    EngineInputError
        Shapes do not fit, a weight is negative, an interval does not hold its level.

    Notes
    -----
    ``met``: the whole interval reaches the target, low >= required_high. ``short``: the whole interval lies below, high < required_low.
    Else ``within``. Equality is judged to 1e-9. O(size).

    Examples
    --------
    >>> found = gap([3, 4, 5, 3], [1, 1, 1, 1], [3.2, 3.8, 3.8, np.nan], [3.0, 3.6, 3.6, np.nan], [3.4, 4.0, 4.0, np.nan])
    >>> [VERDICTS[code] for code in found.verdict]
    ['met', 'within', 'short', 'not_assessed']
    >>> found.difference.round(1)
    array([ 0.2, -0.2, -1.2,  nan])
    """
    level = floats("attained", attained)
    if level.ndim == 0:
        raise EngineInputError("attained", "A row of items is expected.")
    target = _fit("required", required, level.shape)
    weights = _fit("weight", weight, level.shape, empty_allowed=False)
    refuse("weight", (weights < 0).ravel(), "A weight is not negative.")
    bottom, top = _interval("low", "high", low, high, level)
    target_bottom, target_top = _interval("required_low", "required_high", required_low, required_high, target)

    with np.errstate(invalid="ignore"):
        difference = level - target
        verdict = np.full(level.shape, WITHIN, dtype=np.int8)
        verdict[bottom >= target_top - _ROUNDING] = MET
        verdict[top < target_bottom - _ROUNDING] = SHORT
        noise = np.abs(difference) < noise_below - _ROUNDING
        below = difference < -_ROUNDING
    unknown = np.isnan(level)
    verdict[unknown] = NOT_ASSESSED
    verdict[np.broadcast_to(np.isnan(target), level.shape)] = NOT_REQUIRED

    known = ~np.isnan(difference)
    filled = np.where(known, difference, 0.0)
    total = np.where(known, weights, 0.0).sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_difference = (filled * weights).sum(axis=-1) / total
        shortfall = (np.maximum(-filled, 0.0) * weights).sum(axis=-1) / total
    largest = np.where(below.any(axis=-1), np.argmin(filled, axis=-1), -1) if level.shape[-1] else np.full(level.shape[:-1], -1)
    return Gap(difference, verdict, noise, np.count_nonzero((verdict == SHORT) & ~noise, axis=-1), np.count_nonzero(known, axis=-1),
               np.count_nonzero(verdict == NOT_ASSESSED, axis=-1), mean_difference, shortfall, largest, weights)


def _fit(field: str, values: ArrayLike, shape: tuple[int, ...], *, empty_allowed: bool = True) -> FloatArray:
    array = floats(field, values, empty_allowed=empty_allowed)
    try:
        np.broadcast_to(array, shape)
    except ValueError as no:
        raise EngineInputError(field, f"The shape {array.shape} does not fit {shape}.") from no
    return array


def _interval(low_name: str, high_name: str, low: ArrayLike | None, high: ArrayLike | None,
              middle: FloatArray) -> tuple[FloatArray, FloatArray]:
    ends = []
    for name, values, sign in ((low_name, low, 1.0), (high_name, high, -1.0)):
        if values is None:
            ends.append(middle)
            continue
        end = np.broadcast_to(_fit(name, values, middle.shape), middle.shape)
        end = np.where(np.isnan(end), middle, end)
        with np.errstate(invalid="ignore"):
            refuse(name, (sign * (end - middle) > _ROUNDING).ravel(), "The interval does not hold its level.")
        ends.append(end)
    return ends[0], ends[1]
