"""Recommended changes: the few changes of a matrix that close most of the weighted gap per added credit."""

from dataclasses import dataclass, replace
from itertools import combinations
from math import factorial
from typing import Literal, assert_never

import numpy as np
from numpy.typing import ArrayLike

from sheber.engines.competence.bundles import BundleModel, Solution
from sheber.engines.competence.candidates import REASONS, CostModel, Standing, before, candidate_changes, may_host, prune
from sheber.engines.competence.chains import Chains
from sheber.engines.competence.columns import INTRODUCE, MODES, BoolArray, FloatArray, MatrixColumns, floats, refuse
from sheber.engines.competence.planned import COUNTS, planned_attainment
from sheber.engines.errors import EngineInputError

Objective = Literal["per_credit", "most_closed"]
Definition = Literal["sequenced_level", "level"]
Status = Literal["optimal", "time_limit", "nothing_short", "no_change_helps"]

_SCALE = 100.0                     # gaps are solved as shares of a hundred, so that the solver's tolerances are small beside them
_PREFER_FIRST = 1e-3
_STEPS_MAX = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one cell.

    ``cell`` is its row in the matrix, -1 for a new cell; modes are "I", "T", "U" or "" (new). ``credits`` is its cost. ``gap_closed`` is
    its share of the bundle's effect (Shapley value: shares add up to the total); ``lost_without`` is what the bundle loses if this
    change is left out, with all that stands on it. ``reason`` is one of REASONS.
    """

    course: int
    item: int
    cell: int
    from_mode: str
    from_level: int
    to_mode: str
    to_level: int
    credits: float
    gap_closed: float
    lost_without: float
    reason: str


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """The best bundle and how good it is.

    ``gap_before``, ``gap_after`` and ``gap_closed`` are weighted mean shortfalls in levels, sum(w max(0, required - planned)) / sum(w)
    over the items required.
    ``per_credit`` = gap_closed / credits. ``bound``: no admissible bundle does better than this (per credit, or gap closed, as the
    objective asks).
    ``now_counting``: existing U cells that start to count. ``planned_after`` (K,) levels after the changes, 0 where nothing is planned.
    ``status``: "optimal" when the solver proved it. ``candidates``: number of changes weighed.
    """

    changes: tuple[Change, ...]
    now_counting: tuple[int, ...]
    gap_before: float
    gap_closed: float
    gap_after: float
    credits: float
    per_credit: float
    bound: float
    status: Status
    planned_after: FloatArray
    candidates: int
    cost_version: str


def recommended_changes(matrix: MatrixColumns, required: ArrayLike, weight: ArrayLike, *, cost: CostModel | None = None,
                        objective: Objective = "per_credit", definition: Definition = "sequenced_level", fewest: int = 3, most: int = 5,
                        budget: float | None = None, suitable: BoolArray | None = None, time_limit_s: float = 20.0) -> ChangePlan:
    """Best bundle of ``fewest`` to ``most`` changes.

    Parameters
    ----------
    matrix : MatrixColumns
        One programme; levels of cells are whole.
    required, weight : float array, shape (K,)
        Targets (NaN = not required) and weights; the scale of the weights does not matter.
    cost : CostModel, optional
        The proposed one when left out.
    objective : "per_credit" or "most_closed"
        Weighted gap closed per added credit, or simply the most closed (within the budget).
    definition : "sequenced_level" or "level"
        Which planned level is to be raised; see PlannedAttainment.
    fewest, most : int
        Number of changes. Fewer than ``fewest`` only when no more are of use.
    budget : float, credits, optional
        Most credits added in all.
    suitable : bool array, shape (C, K), optional
        Courses that may take a new cell of an item; by default a hosting delivery or a T or U of the same section already there.
    time_limit_s : float, second
        For each run of the solver.

    Raises
    ------
    EngineInputError
        A shape does not fit, a level is not whole, a weight or the budget is negative.

    Notes
    -----
    Every bundle returned can be carried out as it stands: each use has its teaching before it, each rise of level its footing, and no
    change can be dropped without loss. The fraction is maximised by Dinkelbach's method (Management Science 13, 1967, 492-498): solve
    max G(x) - p C(x) with HiGHS and set p = G / C until the maximum is 0. Among equals the one that closes more wins, then the one
    first in order of item, course, mode and level.
    """
    n_items, n_courses = matrix.n_items, matrix.course_term.size
    cost = cost or CostModel()
    target, weights = floats("required", required, (n_items,)), floats("weight", weight, (n_items,), empty_allowed=False)
    _check(matrix, target, weights, fewest, most, budget)
    hosts = may_host(matrix) if suitable is None else suitable
    if hosts.shape != (n_courses, n_items):
        raise EngineInputError("suitable", f"The shape is {hosts.shape}, expected {(n_courses, n_items)}.")

    now = planned_attainment(matrix.course, matrix.item, matrix.mode, matrix.level, course_term=matrix.course_term, n_items=n_items,
                             linked=matrix.linked, entry_level=matrix.entry_level)
    match definition:
        case "sequenced_level":
            planned, counts = now.sequenced_level_or_zero[0], now.cell_reason == COUNTS
        case "level":
            planned, counts = now.level_or_zero[0], matrix.mode != INTRODUCE
        case _:
            assert_never(definition)
    weights = np.where(np.isnan(target), 0.0, weights)
    share = weights * (_SCALE / weights.sum()) if weights.any() else weights
    short = np.where(weights > 0, np.maximum(np.nan_to_num(target) - planned, 0.0), 0.0)
    gap_before = float(share @ short) / _SCALE
    nothing = ChangePlan((), (), gap_before, 0.0, gap_before, 0.0, 0.0, 0.0, "nothing_short", planned.copy(), 0, cost.version)
    if not short.any():
        return nothing
    found = prune(candidate_changes(matrix, Standing(planned, target, short, counts, hosts), cost), matrix, cost, most)
    chains = Chains(found, before(matrix), matrix.course_credits, cost, most=most)
    model = BundleModel(chains, share, matrix.course_credits, budget=budget, time_limit_s=time_limit_s)
    if not model.chains:
        return replace(nothing, status="no_change_helps", candidates=len(found))
    best = Solution((), 0.0, False, True)
    for least in range(fewest, 0, -1):
        match objective:
            case "per_credit":
                best, bound = _best_per_credit(model, least, most)
            case "most_closed":
                best, bound = _most_closed(model, least, most)
            case _:
                assert_never(objective)
        if best.feasible:
            return _report(model, chains, share, best, bound, nothing)
        if not best.optimal:
            break
    return replace(nothing, status="no_change_helps" if best.optimal else "time_limit", candidates=len(found),
                   bound=0.0 if best.optimal else np.inf)


def _check(matrix: MatrixColumns, target: FloatArray, weights: FloatArray, fewest: int, most: int, budget: float | None) -> None:
    refuse("weight", weights < 0, "A weight is not negative.")
    refuse("level", matrix.level != np.rint(matrix.level), "The level of a cell is a whole number.")
    refuse("required", target > 5, "A level lies between 0 and 5.")
    if not 1 <= fewest <= most:
        raise EngineInputError("fewest", "At least one change, and no more than the most.")
    if budget is not None and not budget >= 0:
        raise EngineInputError("budget", "A budget is not negative.")


def _best_per_credit(model: BundleModel, fewest: int, most: int) -> tuple[Solution, float]:
    """Dinkelbach's method, then the tie-break among bundles of the best ratio."""
    cheapest = float(np.min(model.credits / model.size)) * fewest               # no bundle costs less
    best = model.solve(0.0, fewest, most)
    bound = np.inf
    for _ in range(_STEPS_MAX):
        if not (best.feasible and best.optimal):
            return best, bound
        gain, credits = model.figures(best.chosen)
        price = gain / credits
        found = model.solve(price, fewest, most)
        if not found.feasible or not found.optimal:
            return Solution(best.chosen, 0.0, True, False), bound
        bound = price + max(found.bound, 0.0) / cheapest
        better_gain, better_credits = model.figures(found.chosen)
        if better_gain - price * better_credits <= 1e-9 * _SCALE:
            break
        best = found
    tied = model.solve(0.0, fewest, most, at_least=(price, -1e-6), prefer_first=_PREFER_FIRST)
    return (tied if tied.feasible else best), bound


def _most_closed(model: BundleModel, fewest: int, most: int) -> tuple[Solution, float]:
    """The most closed; among equals the cheapest."""
    found = model.solve(0.0, fewest, most)
    if not (found.feasible and found.optimal):
        return found, found.bound
    gain, _ = model.figures(found.chosen)
    cheap = model.solve(1e-3, fewest, most, at_least=(0.0, gain - 1e-6), prefer_first=_PREFER_FIRST * 1e-3)
    return (cheap if cheap.feasible else found), found.bound


def _report(model: BundleModel, chains: Chains, share: FloatArray, best: Solution, bound: float, nothing: ChangePlan) -> ChangePlan:
    gain, credits = model.figures(best.chosen)
    after = nothing.planned_after.copy()
    changes, now_counting = [], list[int]()
    for chain in (model.chains[number] for number in best.chosen):
        weight = float(share[chain.item]) / _SCALE
        effect = {part: chains.closed(chain.item, part)[0]
                  for size in range(len(chain.members) + 1) for part in combinations(chain.members, size)}
        for i, price in zip(chain.members, chain.credits, strict=True):
            one = chains.candidates[i]
            lost = chain.gain - effect[tuple(j for j in chain.members if j != i)]
            changes.append(Change(one.course, one.item, one.cell, "" if one.cell < 0 else MODES[one.from_mode], one.from_level,
                                  MODES[one.to_mode], one.to_level, price, weight * _shapley(i, chain.members, effect), weight * lost,
                                  REASONS[one.reason]))
        now_counting.extend(chains.candidates[i].cell for i in chain.counting)
        after[chain.item] = max(after[chain.item], *(chains.candidates[i].to_level for i in (*chain.members, *chain.counting)))
    changes.sort(key=lambda change: (-change.gap_closed / change.credits, change.item, change.course))
    return replace(nothing, changes=tuple(changes),
                   now_counting=tuple(sorted(now_counting)), gap_closed=gain / _SCALE, gap_after=nothing.gap_before - gain / _SCALE,
                   credits=credits, per_credit=gain / _SCALE / credits, bound=bound / _SCALE,
                   status="optimal" if best.optimal else "time_limit", planned_after=after, candidates=len(chains.candidates))


def _shapley(one: int, members: tuple[int, ...], effect: dict[tuple[int, ...], float]) -> float:
    """Mean effect of ``one`` over all orders in which the changes could be made."""
    n = len(members)
    return sum(factorial(len(part)) * factorial(n - len(part) - 1) / factorial(n)
               * (effect[tuple(i for i in members if i in part or i == one)] - value) for part, value in effect.items() if one not in part)
