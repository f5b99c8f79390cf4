"""Attainment of a class: mean of the people assessed, with an interval that owns up to both sources of doubt."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from sheber.engines.competence.attainment import Attainment
from sheber.engines.competence.columns import LEVEL_MAX, FloatArray, IntArray, floats, refuse, same_length
from sheber.engines.competence.quantiles import t_quantile
from sheber.engines.errors import EngineInputError


@dataclass(frozen=True, slots=True)
class CohortAttainment:
    """Arrays of shape (cohorts, competences).

    ``level`` mean over the people assessed, NaN if none; ``low``, ``high`` its interval; ``between_sd`` spread between people with the
    doubt about each person taken out (NaN below two people); ``assessed`` and ``not_assessed`` numbers of people;
    ``below_share`` share of those assessed whose level lies below the target, ``short_share`` share whose whole interval does
    (NaN without a target or anyone assessed).
    """

    level: FloatArray
    low: FloatArray
    high: FloatArray
    between_sd: FloatArray
    assessed: IntArray
    not_assessed: IntArray
    below_share: FloatArray
    short_share: FloatArray
    method: str


def cohort_attainment(people: Attainment, cohort: IntArray, *, n_cohorts: int, required: ArrayLike | None = None,
                      confidence: float = 0.95) -> CohortAttainment:
    """Attainment of each cohort from the attainment of its people.

    Parameters
    ----------
    people : Attainment
        Levels of P people over K competences.
    cohort : int array, shape (P,)
        Cohort of each person, from 0; -1 = in none.
    n_cohorts : int
        G.
    required : float array, shape (K,) or (G, K), optional
        Target for the two shares; NaN = none.
    confidence : float, 0..1

    Raises
    ------
    EngineInputError
        A cohort out of range, a wrong shape.

    Notes
    -----
    The n people assessed are taken as a sample of those the programme educates, x_i = theta_i + e_i, Var(theta) = tau^2,
    Var(e_i) = v_i (the squared standard error of the person). The sample variance s^2 has expectation tau^2 + mean(v), so it
    already holds both parts. With the moment estimate tau^2 = max(0, s^2 - mean(v)) (DerSimonian and Laird 1986 with equal weights)
    the squared standard error of the mean is

        (tau^2 + mean(v)) / n = max(s^2, mean(v)) / n,

    and the interval is mean +- t(n - 1) times its root, cut to 0-5. For one person it is the person's own interval. A method
    without personal intervals gives v = 0. Only those assessed are counted: if they are not like the others, the mean is theirs alone.
    O(P K).
    """
    n_people, n_competences = people.level.shape
    if same_length(cohort=cohort) != n_people:
        raise EngineInputError("cohort", f"One cohort per person is expected: {n_people} rows.")
    if cohort.dtype.kind not in "iu":
        raise EngineInputError("cohort", "An index is a whole number.")
    refuse("cohort", (cohort < -1) | (cohort >= n_cohorts), f"A cohort lies from 0 to {n_cohorts - 1}, or is -1.")
    if not 0 < confidence < 1:
        raise EngineInputError("confidence", "A confidence lies between 0 and 1.")
    shape = (n_cohorts, n_competences)
    target = np.broadcast_to(np.nan if required is None else floats("required", required), shape)

    member = np.flatnonzero(cohort >= 0)
    group_of = cohort[member]
    size = np.bincount(group_of, minlength=n_cohorts)
    out = {name: np.full(shape, np.nan) for name in ("mean", "low", "high", "sd", "below", "short")}
    assessed = np.zeros(shape, dtype=np.int64)
    for k in range(n_competences):
        level = people.level[member, k]
        known = ~np.isnan(level)
        group, level, who = group_of[known], level[known], member[known]
        n = np.bincount(group, minlength=n_cohorts)
        assessed[:, k] = n

        def total(values: FloatArray, group: IntArray = group) -> FloatArray:
            return np.bincount(group, weights=values, minlength=n_cohorts).astype(np.float64, copy=False)

        with np.errstate(invalid="ignore", divide="ignore"):
            mean = total(level) / n
            sample = total((level - mean[group]) ** 2) / (n - 1)           # NaN for one person
            own = total(np.nan_to_num(people.standard_error[who, k]) ** 2) / n
            half = t_quantile(np.maximum(n - 1.0, 1.0), (1 + confidence) / 2) * np.sqrt(np.maximum(sample, own) / n)
            low, high = np.clip(mean - half, 0, LEVEL_MAX), np.clip(mean + half, 0, LEVEL_MAX)
            alone = n[group] == 1
            low[group[alone]], high[group[alone]] = people.low[who, k][alone], people.high[who, k][alone]
            out["mean"][:, k], out["low"][:, k], out["high"][:, k] = mean, low, high
            out["sd"][:, k] = np.sqrt(np.maximum(sample - own, 0))
            goal = target[:, k]
            upper = np.where(np.isnan(people.high[who, k]), level, people.high[who, k])
            for name, values in (("below", level), ("short", upper)):
                share = total((values < goal[group]).astype(np.float64)) / n
                out[name][:, k] = np.where(np.isnan(goal), np.nan, share)
    return CohortAttainment(out["mean"], out["low"], out["high"], out["sd"], assessed, size[:, None] - assessed,
                            out["below"], out["short"], people.method)
