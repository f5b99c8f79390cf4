"""Attainment of people from evidence: level, interval and count per person and competence."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from sheber.engines.competence.columns import BoolArray, FloatArray, IntArray, check_index, check_level, refuse, same_length
from sheber.engines.competence.methods import DEFAULT_METHOD, SETTINGS, Method
from sheber.engines.competence.quantiles import t_quantile
from sheber.engines.errors import EngineInputError

_CHUNK = 1 << 19                   # rows; bounds memory and keeps the temporaries in the cache
_UNIT = 2.0 ** 36                  # sums are kept in whole multiples of 2^-36, hence exact and free of order
_CENTRE = 2.5                      # squares are taken about the middle of the scale
_TABLE_MAX = 1 << 20


@dataclass(frozen=True, slots=True)
class Attainment:
    """Arrays of shape (people, competences).

    ``level`` is NaN where nothing was assessed, which is not zero. ``low`` and ``high`` bound the interval, cut to 0-5;
    ``standard_error`` is the posterior standard deviation before the cut. All three are NaN for a method without
    an interval. ``count`` is the number of items used, ``method`` the key of the method.
    """

    level: FloatArray
    low: FloatArray
    high: FloatArray
    standard_error: FloatArray
    count: NDArray[np.int32]
    method: str

    @property
    def assessed(self) -> BoolArray:
        """True where there is a level."""
        return ~np.isnan(self.level)


@dataclass(frozen=True, slots=True)
class _Items:
    person: NDArray[Any]
    competence: NDArray[Any]
    level: NDArray[Any]
    observed_day: NDArray[Any]
    setting: NDArray[Any]
    n_people: int
    n_competences: int
    on_day: int

    def chunks(self) -> Iterator[tuple[slice, IntArray]]:
        """Slices of rows with the flat index of each row's (person, competence)."""
        for start in range(0, self.person.size, _CHUNK):
            rows = slice(start, start + _CHUNK)
            cell = self.person[rows].astype(np.int64)
            cell *= self.n_competences
            cell += self.competence[rows]
            yield rows, cell

    def check(self) -> None:
        for start in range(0, self.person.size, _CHUNK):
            rows = slice(start, start + _CHUNK)
            check_index("person", self.person[rows], self.n_people, start)
            check_index("competence", self.competence[rows], self.n_competences, start)
            check_index("setting", self.setting[rows], len(SETTINGS), start)
            check_level("level", self.level[rows], start)
            day = self.observed_day[rows]
            if day.max() > self.on_day:
                refuse("observed_day", day > self.on_day, "The day lies after the day of the figure.", start)


def attainment(person: NDArray[Any], competence: NDArray[Any], level: NDArray[Any], observed_day: NDArray[Any],
               setting: NDArray[Any], *, n_people: int, n_competences: int, on_day: int,
               method: Method = DEFAULT_METHOD) -> Attainment:
    """What each person has shown of each competence, on a given day.

    Parameters
    ----------
    person, competence : int array, shape (n,)
        Indexes from 0. Rows may come in any order.
    level : float array, shape (n,), level 0-5
    observed_day : int array, shape (n,), day number
        Any day count with the same origin as ``on_day``.
    setting : int array, shape (n,)
        Index in ``SETTINGS``.
    n_people, n_competences : int
        Shape (P, K) of the answer.
    on_day : int, day number
        The figure is that of this day.
    method : Method
        One of ``METHODS`` or a method of one's own.

    Raises
    ------
    EngineInputError
        Lengths differ; an index is out of range; a level is empty or outside 0-5; a day lies after ``on_day``. ``row`` says where.

    Notes
    -----
    Time O(n + P K), memory O(P K) beside the columns; ``n_times`` sorts, O(n log n). Sums are kept as whole numbers of
    2^-36, so the answer is the same to the last bit whatever the order of rows, while no person has more than
    about 5,000 items of one competence (weights up to 4; 13,000 with the default); beyond, to 1e-9.

    ``weighted``: y_i ~ N(theta, sigma^2 / w_i), flat prior on theta, sigma^2 ~ Scaled-Inv-chi^2(prior_df, prior_sd^2).
    Then theta | y ~ t with prior_df + n - 1 degrees of freedom, centre sum(w y) / W and scale^2
    (prior_df prior_sd^2 + sum(w (y - centre)^2)) / (prior_df + n - 1) / W, W = sum(w).
    Source: Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, sections 3.2-3.3; worked by hand in docs/explanation/attainment.md.

    Examples
    --------
    >>> one = np.zeros(2, dtype=int)
    >>> shown = attainment(one, one, np.array([3.0, 4.0]), one, one, n_people=1, n_competences=2, on_day=0)
    >>> shown.level
    array([[3.5, nan]])
    """
    same_length(person=person, competence=competence, level=level, observed_day=observed_day, setting=setting)
    for name, size in (("n_people", n_people), ("n_competences", n_competences)):
        if size < 0:
            raise EngineInputError(name, "A number of things is not negative.")
    if observed_day.dtype.kind not in "iu" and observed_day.size:
        raise EngineInputError("observed_day", "A day is a whole number.")
    items = _Items(person, competence, level, observed_day, setting, n_people, n_competences, on_day)
    items.check()
    match method.kind:
        case "weighted":
            return _weighted(items, method)
        case "latest":
            newest, _, count = _by_day(items)
            return _without_interval(items, newest, count, method)
        case "decaying":
            newest, earlier, count = _by_day(items)
            mixed = method.latest_share * newest + (1 - method.latest_share) * earlier
            return _without_interval(items, np.where(np.isnan(earlier), newest, mixed), count, method)
        case "highest":
            return _highest(items, method)
        case "n_times":
            return _n_times(items, method)
        case _:
            assert_never(method.kind)


def _weight_table(items: _Items, method: Method) -> tuple[FloatArray, int]:
    """Whole-number weights by setting and age in days; the ages run from 0 to the last column."""
    oldest = int(items.on_day - int(items.observed_day.min())) if items.observed_day.size else 0
    columns = min(oldest, _TABLE_MAX) + 1
    age = np.arange(columns, dtype=np.float64)
    recency = np.ones(columns) if method.half_life_days is None else np.exp2(-age / method.half_life_days)
    weights = np.multiply.outer(np.array(method.setting_weights), np.maximum(recency, method.recency_floor))
    return np.rint(weights * _UNIT), columns


def _weighted(items: _Items, method: Method) -> Attainment:
    size = items.n_people * items.n_competences
    weight_sum, first, second = np.zeros(size), np.zeros(size), np.zeros(size)
    count = np.zeros(size, dtype=np.int32)
    table, columns = _weight_table(items, method)
    flat = table.ravel()
    for rows, cell in items.chunks():
        age = items.on_day - items.observed_day[rows].astype(np.int64)
        np.minimum(age, columns - 1, out=age)
        age += items.setting[rows].astype(np.int64) * columns
        weight = flat.take(age)
        deviation = items.level[rows].astype(np.float64)
        deviation -= _CENTRE
        np.add.at(weight_sum, cell, weight)
        weight *= deviation
        np.add.at(first, cell, np.rint(weight))
        weight *= deviation
        np.rint(weight, out=weight)
        np.add.at(second, cell, weight)
        np.add.at(count, cell, np.int32(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        level = first / weight_sum                      # 0 / 0 = NaN: nothing assessed
        second -= first * level
    np.maximum(second, 0.0, out=second)
    second /= _UNIT
    weight_sum /= _UNIT
    level += _CENTRE
    df = count + (method.prior_df - 1.0)
    second += method.prior_df * method.prior_sd ** 2
    second /= df
    with np.errstate(divide="ignore"):
        second /= weight_sum
    scale = np.sqrt(second, out=second)
    half = _t_quantile(count, method)
    half *= scale
    low = np.clip(level - half, 0.0, 5.0)
    high = np.clip(level + half, 0.0, 5.0)
    with np.errstate(invalid="ignore"):
        df = np.where(count > 0, df / (df - 2.0), np.nan)
    scale *= np.sqrt(df)
    return _shape(items, level, low, high, scale, count, method)


def _t_quantile(count: NDArray[np.int32], method: Method) -> FloatArray:
    """Quantile of Student's t by number of items; one table of the distinct counts."""
    most = int(count.max(initial=0))
    share = (1.0 + method.confidence) / 2.0
    if most <= _TABLE_MAX:
        table = t_quantile(method.prior_df - 1.0 + np.arange(most + 1), share)
        return table.take(count)
    return t_quantile(method.prior_df - 1.0 + count, share)


def _by_day(items: _Items) -> tuple[FloatArray, FloatArray, NDArray[np.int32]]:
    """Mean level of the latest day, mean level of all earlier days, number of items."""
    size = items.n_people * items.n_competences
    latest = np.full(size, np.iinfo(np.int64).min)
    count, count_latest = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    total, total_latest = np.zeros(size), np.zeros(size)
    for rows, cell in items.chunks():
        np.maximum.at(latest, cell, items.observed_day[rows].astype(np.int64))
    for rows, cell in items.chunks():
        level = np.rint(items.level[rows].astype(np.float64) * _UNIT)
        np.add.at(total, cell, level)
        np.add.at(count, cell, np.int32(1))
        last = items.observed_day[rows] == latest.take(cell)
        np.add.at(total_latest, cell[last], level[last])
        np.add.at(count_latest, cell[last], np.int32(1))
    with np.errstate(invalid="ignore", divide="ignore"):
        newest = total_latest / count_latest / _UNIT
        earlier = (total - total_latest) / (count - count_latest) / _UNIT
    return newest, earlier, count


def _highest(items: _Items, method: Method) -> Attainment:
    size = items.n_people * items.n_competences
    best, count = np.full(size, -1.0), np.zeros(size, dtype=np.int32)
    for rows, cell in items.chunks():
        np.maximum.at(best, cell, items.level[rows].astype(np.float64))
        np.add.at(count, cell, np.int32(1))
    return _without_interval(items, np.where(count > 0, best, np.nan), count, method)


def _n_times(items: _Items, method: Method) -> Attainment:
    """Highest level reached or passed at least ``times`` times: the level of that rank from the top."""
    size = items.n_people * items.n_competences
    cell = items.person.astype(np.int64) * items.n_competences + items.competence
    order = np.lexsort((-items.level.astype(np.float64), cell))
    count = np.bincount(cell, minlength=size)
    start = np.cumsum(count) - count
    enough = count >= method.times
    level = np.full(size, np.nan)
    level[enough] = items.level[order[start[enough] + method.times - 1]]
    return _without_interval(items, level, count.astype(np.int32), method)


def _without_interval(items: _Items, level: FloatArray, count: NDArray[np.int32], method: Method) -> Attainment:
    empty = np.full(level.size, np.nan)
    return _shape(items, level, empty, empty.copy(), empty.copy(), count, method)


def _shape(items: _Items, level: FloatArray, low: FloatArray, high: FloatArray, standard_error: FloatArray,
           count: NDArray[np.int32], method: Method) -> Attainment:
    shape = (items.n_people, items.n_competences)
    return Attainment(level.reshape(shape), low.reshape(shape), high.reshape(shape), standard_error.reshape(shape),
                      count.reshape(shape), method.key)
