"""Sums of the competence matrix, counted as the page counts them in the browser."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sheber.engines.curriculum.plan import Cell


@dataclass(frozen=True, slots=True)
class ItemTotal:
    """How many courses introduce, teach and use an item, and the highest level of T or U (0 when neither)."""

    introduce: int = 0
    teach: int = 0
    utilise: int = 0
    planned: int = 0

    def meets(self, target: float | None) -> bool:
        """Whether the planned level reaches what is required; nothing required is nothing to meet."""
        return target is not None and self.planned >= target


def item_totals(cells: Iterable[Cell], items: Iterable[str]) -> dict[str, ItemTotal]:
    """Totals of each of ``items``, in their order; cells of other items are left out."""
    counts = {item: {"I": 0, "T": 0, "U": 0, "planned": 0} for item in items}
    for cell in cells:
        count = counts.get(cell.item)
        if count is None:
            continue
        count[cell.mode] += 1
        if cell.mode != "I":
            count["planned"] = max(count["planned"], cell.level)
    return {item: ItemTotal(count["I"], count["T"], count["U"], count["planned"]) for item, count in counts.items()}


def covered(totals: Mapping[str, ItemTotal], targets: Mapping[str, float]) -> tuple[int, int]:
    """Items whose requirement is met, and items of which something is required."""
    asked = [item for item in totals if targets.get(item, 0) > 0]
    return sum(totals[item].meets(targets[item]) for item in asked), len(asked)
