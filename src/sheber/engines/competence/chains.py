"""Ways to raise one item: a change alone, or a chain in which each change gives the next its footing."""

import math
from dataclasses import dataclass

from sheber.engines.competence.candidates import USE_NOW_COUNTS, Candidate, CostModel, supports
from sheber.engines.competence.columns import BoolArray, FloatArray

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Chain:
    """A way to raise ``item``.

    ``members``: numbers of candidates, first to last; ``credits`` of each; ``gain``: levels of gap closed; ``counting``: uses that now
    count; ``cost``: credits in all.
    """

    item: int
    members: tuple[int, ...]
    credits: tuple[float, ...]
    courses: frozenset[int]
    gain: float
    counting: tuple[int, ...]
    cost: float


class Chains:
    """All chains worth weighing, by item. ``most`` is the number of changes a bundle may hold."""

    def __init__(self, candidates: list[Candidate], first: BoolArray, course_credits: FloatArray, cost: CostModel, *, most: int) -> None:
        self.candidates, self.cost, self.most = candidates, cost, most
        self.under = [set(one.tolist()) for one in supports(candidates, first)]
        self.room = cost.course_share * course_credits + _ROUNDING
        self.free: dict[int, list[int]] = {}
        members: dict[int, list[int]] = {}
        for number, one in enumerate(candidates):
            (self.free if one.reason == USE_NOW_COUNTS else members).setdefault(one.item, []).append(number)
        self.by_item = {item: self._worth_weighing(self._of_item(item, numbers)) for item, numbers in sorted(members.items())}

    def closed(self, item: int, members: tuple[int, ...]) -> tuple[float, tuple[int, ...]]:
        """(levels closed, uses that now count) for a set of candidates of one item; what lost its footing counts for nothing."""
        valid: set[int] = set()
        while more := {i for i in members if i not in valid and (self.candidates[i].needs == 0 or valid & self.under[i])}:
            valid |= more
        counting = tuple(i for i in self.free.get(item, ()) if valid & self.under[i])
        return max((self.candidates[i].gain for i in (*valid, *counting)), default=0.0), counting

    def _of_item(self, item: int, numbers: list[int]) -> list[Chain]:
        """Chains by growing length. Once a chain closes all there is, longer ones that cost as much are padding and are not grown."""
        candidates = self.candidates
        most_gain = max(candidates[i].gain for i in (*numbers, *self.free.get(item, ())))
        grown = {i: [self._chain(item, (i,))] for i in numbers if candidates[i].needs == 0}
        found: dict[int, list[Chain]] = {}
        ceiling = math.inf                                        # cost of the cheapest chain so far that closes all
        for _ in range(self.most):
            grown = {i: new for i, chains in grown.items() if (new := self._not_outdone(chains, found.setdefault(i, [])))}
            ceiling = min([ceiling, *(chain.cost for chains in grown.values() for chain in chains if chain.gain >= most_gain)])
            longer: dict[int, list[Chain]] = {}
            for i in numbers:
                for chain in (chain for j in sorted(self.under[i] & grown.keys()) for chain in grown[j]):
                    cost = chain.cost + candidates[i].credits(self.cost, candidates[chain.members[-1]].to_level)
                    if (cost < ceiling - _ROUNDING and candidates[i].course not in chain.courses
                            and not self.under[i].intersection(chain.members[:-1])):
                        longer.setdefault(i, []).append(self._chain(item, (*chain.members, i)))
            grown = longer
        return [chain for i in numbers for chain in found.get(i, ()) if chain.gain > 0]

    def _fits(self, chain: Chain) -> bool:
        """Every change has room in its course."""
        return all(credits <= self.room[self.candidates[i].course] for i, credits in zip(chain.members, chain.credits, strict=True))

    def _chain(self, item: int, members: tuple[int, ...]) -> Chain:
        parts = [self.candidates[i] for i in members]
        brought = (0, *(part.to_level for part in parts[:-1]))
        credits = tuple(part.credits(self.cost, level) for part, level in zip(parts, brought, strict=True))
        gain, counting = self.closed(item, members)
        return Chain(item, members, credits, frozenset(part.course for part in parts), gain, counting, sum(credits))

    def _not_outdone(self, chains: list[Chain], known: list[Chain]) -> list[Chain]:
        """Of chains with the same end, those not outdone by ``most`` others of at most their length, no two of which meet before the end.

        ``known`` holds the shorter ones; those kept are added to it.
        """
        end = self.candidates[chains[0].members[-1]].course
        kept: list[Chain] = []
        for chain in sorted(filter(self._fits, chains), key=lambda one: (one.cost, one.members)):
            better = [one for one in known if one.cost <= chain.cost + _ROUNDING and one.gain >= chain.gain]
            if not self._outdone(better, end, self.most):
                kept.append(chain)
                known.append(chain)
        return kept

    def _worth_weighing(self, chains: list[Chain]) -> list[Chain]:
        """Without padding (a shorter chain closes as much for no more) and without those outdone by enough others of the same length."""
        chains = sorted(chains, key=lambda one: (len(one.members), one.cost, -one.gain, one.members))
        kept: list[Chain] = []
        for chain in chains:
            better = [one for one in kept if one.cost <= chain.cost + _ROUNDING and one.gain >= chain.gain - _ROUNDING]
            padded = any(len(one.members) < len(chain.members) for one in better)
            if not padded and not self._outdone(better, None, self.most - len(chain.members) + 1):
                kept.append(chain)
        return kept

    @staticmethod
    def _outdone(better: list[Chain], shared: int | None, enough: int) -> bool:
        used: set[int] = set()
        for one in better:
            courses = one.courses - {shared}
            if not courses & used:
                used |= courses
                enough -= 1
                if enough == 0 or not courses:
                    return True
        return False
