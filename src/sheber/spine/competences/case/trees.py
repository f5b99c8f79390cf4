"""The tree in a package: ``isChildOf`` from each item to the one above it, or to the document."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _

from .plan import Item

MAX_DEPTH: Final = 20
"""Levels of a tree; the deepest ones known have seven."""
LAST: Final = 2**31


class Tree:
    """Takes the associations one by one; then tells the items from the top down."""

    def __init__(self, document: str, items: Sequence[str], fault: Callable[[int, str, str], None]) -> None:
        self.document, self._items, self._fault = document, {one: place for place, one in enumerate(items, start=1)}, fault
        self._parent: dict[str, str] = {}
        self._edges: dict[str, tuple[int, int, Mapping[str, Any]]] = {}
        self.replaces = ""
        self.orphans = self.second_parents = 0

    def take(self, place: int, child: str, parent: str, number: Any, edge: Mapping[str, Any]) -> bool:
        """Whether the association is part of the tree; a second parent is not, and is kept as a link."""
        if child not in self._items:
            self._fault(place, "CFAssociations.originNodeURI", _("There is no item %(id)s in the package.") % {"id": child[:60]})
            return True
        if parent != self.document and parent not in self._items:
            self._fault(place, "CFAssociations.destinationNodeURI", _("There is no item %(id)s in the package.") % {"id": parent[:60]})
            return True
        if child in self._parent:
            if self._parent[child] == parent:
                return True                      # the same said twice
            self.second_parents += 1
            return False
        order = int(number) if isinstance(number, int | float) and not isinstance(number, bool) and abs(number) < LAST else LAST
        self._parent[child], self._edges[child] = parent, (order, place, edge)
        return True

    def ordered(self, items: Mapping[str, Item]) -> list[Item]:
        """Each after the one above it, among themselves by the order numbers and then as they stand in the file."""
        below: dict[str, list[str]] = defaultdict(list)
        for one in self._items:
            if one not in self._parent and one in items:
                self.orphans += 1
                self._parent[one], self._edges[one] = self.document, (LAST, LAST, {})
        for one, parent in self._parent.items():
            below[parent].append(one)
        found: list[Item] = []
        waiting = [(one, 1) for one in self._sorted(below[self.document])]
        while waiting:
            one, depth = waiting.pop()
            if depth > MAX_DEPTH:
                self._fault(self._items[one], "CFItems", _("The item stands deeper than %(n)s levels.") % {"n": MAX_DEPTH})
                return found
            parent = self._parent[one]
            found.append(replace(items[one], parent="" if parent == self.document else parent, edge=dict(self._edges[one][2])))
            waiting += [(child, depth + 1) for child in self._sorted(below[one])]
        told = {item.identifier for item in found}
        for one, place in self._items.items():
            if one in items and one not in told:
                self._fault(place, "CFItems", _("The item stands below itself: the associations above it go round in a circle."))
        return found

    def _sorted(self, ids: list[str]) -> list[str]:
        """The last one first, as a stack wants it."""
        return sorted(ids, key=lambda one: (self._edges[one][0], self._edges[one][1], self._items[one]), reverse=True)
