"""The integer programme behind the recommended changes, solved with HiGHS."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from sheber.engines.competence.candidates import CostModel
from sheber.engines.competence.chains import Chain, Chains
from sheber.engines.competence.columns import FloatArray

_INFEASIBLE, _OPTIMAL = 2, 0
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Solution:
    """``chosen`` chains, the value reached and the solver's bound on it. ``optimal``: proved best, or proved that there is none."""

    chosen: tuple[int, ...]
    bound: float
    feasible: bool
    optimal: bool


class BundleModel:
    """Choose at most one chain per item.

    One 0-1 variable per chain; rows: one chain per item, number of changes, changes and credits per course, budget.
    """

    def __init__(self, chains: Chains, share: FloatArray, course_credits: FloatArray, *, budget: float | None, time_limit_s: float) -> None:
        self.chains: list[Chain] = [chain for one in chains.by_item.values() for chain in one]
        self.gain = np.array([chain.gain * share[chain.item] for chain in self.chains])
        self.credits = np.array([chain.cost for chain in self.chains])
        self.size = np.array([len(chain.members) for chain in self.chains])
        self.time_limit_s = time_limit_s
        self.matrix, self.high = self._limits(chains, course_credits, chains.cost, budget)

    def _limits(self, chains: Chains, course_credits: FloatArray, cost: CostModel, budget: float | None) -> tuple[FloatArray, FloatArray]:
        n_courses = course_credits.size
        items = {item: row for row, item in enumerate(chains.by_item)}
        one_per_item = np.zeros((len(items), len(self.chains)))
        changes, load = np.zeros((n_courses, len(self.chains))), np.zeros((n_courses, len(self.chains)))
        for number, chain in enumerate(self.chains):
            one_per_item[items[chain.item], number] = 1
            for member, credits in zip(chain.members, chain.credits, strict=True):
                changes[chains.candidates[member].course, number] += 1
                load[chains.candidates[member].course, number] += credits
        rows = [one_per_item, changes, load]
        high = [np.ones(len(items)), np.full(n_courses, float(cost.course_changes)), cost.course_share * course_credits + _ROUNDING]
        if budget is not None:
            rows.append(self.credits[None, :])
            high.append(np.array([budget + _ROUNDING]))
        matrix, limit = np.vstack(rows), np.concatenate(high)
        binding = matrix.sum(axis=1) > limit                     # a row that all chains together keep says nothing
        return matrix[binding], limit[binding]

    def solve(self, price: float, fewest: int, most: int, *, at_least: tuple[float, float] | None = None,
              prefer_first: float = 0.0) -> Solution:
        """Maximise gain - ``price`` * credits with ``fewest`` to ``most`` changes.

        ``at_least`` = (p, v) demands gain - p * credits >= v besides; ``prefer_first`` charges a chain for its place in the list, which
        settles ties.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp  # slow to import, and only recommendations need it

        n = len(self.chains)
        objective = price * self.credits - self.gain + prefer_first * np.arange(1, n + 1) / n
        constraints = [LinearConstraint(self.size[None, :].astype(np.float64), float(fewest), float(most))]
        if self.high.size:
            constraints.append(LinearConstraint(self.matrix, -np.inf, self.high))
        if at_least is not None:
            constraints.append(LinearConstraint((self.gain - at_least[0] * self.credits)[None, :], at_least[1], np.inf))
        found: Any = milp(objective, integrality=np.ones(n, dtype=np.int64), bounds=Bounds(0, 1), constraints=constraints,
                          options={"time_limit": self.time_limit_s, "mip_rel_gap": 0.0})
        if found.x is None:
            return Solution((), np.inf, False, found.status == _INFEASIBLE)
        return Solution(tuple(np.flatnonzero(found.x > 0.5).tolist()), -float(found.mip_dual_bound), True, found.status == _OPTIMAL)

    def figures(self, chosen: tuple[int, ...]) -> tuple[float, float]:
        """(weighted gap closed, credits) of chosen chains."""
        return float(self.gain[list(chosen)].sum()), float(self.credits[list(chosen)].sum())
