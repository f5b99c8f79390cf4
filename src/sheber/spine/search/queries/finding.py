"""What the palette, the page of results and the API answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sheber.kit.access import covered
from sheber.kit.findable import Kind, Reader, kinds
from sheber.kit.letters import asked, other_layout
from sheber.kit.search import Hit
from sheber.spine.organisations.models import Organisation
from sheber.spine.people.access import NATIONAL, OWN, Person, narrowing_of, visible_paths

from .statements import Line, Seen, lines, rarest_first

SHORTEST: Final = 2
"""Letters that have to be typed; a longer word beside may be shorter."""
_HOUSE: Final = "programme.view"


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind: the lines asked for, and how many there are in all."""

    kind: str
    heading: str
    icon: str
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Facet:
    """A kind and how many of it were found."""

    kind: str
    heading: str
    icon: str
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for the keys in ``words``. ``read_as`` is set when nothing was found for what was typed and the same keys of the
    keyboard under the other alphabet gave something."""

    words: tuple[str, ...]
    groups: tuple[Group, ...]
    read_as: str = ""

    @property
    def total(self) -> int:
        return sum(group.total for group in self.groups)

    @property
    def facets(self) -> tuple[Facet, ...]:
        return tuple(Facet(group.kind, group.heading, group.icon, group.total) for group in self.groups)


def find(user: Person, text: str, *, kind: str = "", limit: int, offset: int = 0, only: Sequence[str] | None = None) -> Answer:
    """Things that have every word of ``text`` among their words and that the user may open; by kind, the best first.

    ``limit`` and ``offset`` are of each kind. With ``kind`` the others are counted only. The queries are: one for rights, at most one
    for the roots of the tree, three for finding (six when the text was read in the other layout), and those of ``show`` for each kind.
    """
    seen = [one for one in may_see(user) if only is None or one.kind in only]
    words = asked(text)
    found = _found(words, seen, user, kind=kind, limit=limit, offset=offset)
    read_as = ""
    if not found and words and (other := other_layout(text)) and (found := _found(
            asked(other), seen, user, kind=kind, limit=limit, offset=offset)):
        words, read_as = asked(other), other
    return Answer(tuple(words), _groups(found, user, kind), read_as)


def _found(words: list[str], seen: list[Seen], user: Person, *, kind: str, limit: int, offset: int) -> list[Line]:
    if not words or max(map(len, words)) < SHORTEST:
        return []
    return lines(rarest_first(words, seen), seen, house=_house(user), limit=limit, offset=offset, kind=kind)


def may_see(user: Person) -> list[Seen]:
    """For each kind of which the user may see something, what that is. One query for the rights, at most one for the tree."""
    if not user.is_authenticated or not user.is_active:
        return []
    narrowing = narrowing_of(user)
    own = str(user.pk) if narrowing is None or OWN in narrowing.scopes else None
    roots: tuple[str, ...] | None = None
    found = []
    for each in kinds().values():
        paths = visible_paths(user, each.permission)
        mine = own if each.is_person else None
        if (paths and each.everywhere) or NATIONAL in paths:
            found.append(Seen(each.name, None))
            continue
        is_root = covered(NATIONAL, paths)
        if is_root:
            if roots is None:
                roots = tuple(Organisation.objects.filter(parent=None).order_by().values_list("path", flat=True))
            if all(covered(root, paths) for root in roots):
                found.append(Seen(each.name, None))
                continue
        if paths or mine is not None:
            found.append(Seen(each.name, paths, mine, is_root))
    return found


def _house(user: Person) -> str:
    """The university or enterprise the user belongs to, when it is one: the second step of the paths where they hold something."""
    houses = {"/".join(path.split("/")[:3]) + "/" for path in visible_paths(user, _HOUSE) if path.count("/") > 2}
    return houses.pop() if len(houses) == 1 else ""


def _groups(found: list[Line], user: Person, wanted: str) -> tuple[Group, ...]:
    by_kind: dict[str, list[Line]] = {}
    for line in found:
        by_kind.setdefault(line.kind, []).append(line)
    groups = []
    for name, of_kind in by_kind.items():
        one: Kind = kinds()[name]
        shown: tuple[Hit, ...] = ()
        if wanted in ("", name):
            keys = [line.key for line in of_kind]
            person: Any = user.pk
            hits = one.show(keys, Reader(person, visible_paths(user, one.permission)))
            shown = tuple(hits[key] for key in keys if key in hits)
        groups.append(Group(name, one.heading(), one.icon, of_kind[0].total, shown))
    return tuple(groups)
