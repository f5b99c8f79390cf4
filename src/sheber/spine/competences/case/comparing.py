"""What a plan would change in a framework that stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from .plan import Item, Plan

_TEXTS: Final = (("title", _("Title")), ("short_title", _("Short title")), ("meaning", _("Meaning")))
_PLAIN: Final = (("kind", _("Kind")), ("stage", _("Stage")), ("is_extension", _("Extension")), ("confirmed_part", _("Confirmed part")),
                 ("status_of_fact", _("State of the fact")), ("sources", _("Sources")))


@dataclass(frozen=True, slots=True)
class Change:
    """A field of one item, before and after. ``code`` is empty for the framework itself."""

    code: str
    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Items by code, fields that change, and how many links there are more and fewer."""

    added: tuple[Item, ...]
    removed: tuple[Item, ...]
    changed: tuple[Change, ...]
    links_added: int
    links_removed: int
    is_other: bool

    @property
    def is_empty(self) -> bool:
        return not self.is_other


def compare(old: Plan | None, new: Plan) -> Difference:
    """Items are the same by their identifier, else by their code."""
    if old is None:
        return Difference(tuple(new.items), (), (), len(new.links), 0, is_other=True)
    pairs = matched(old, new)
    before = {item.identifier: item for item in old.items}
    added = tuple(item for item in new.items if item.identifier not in pairs)
    gone = {item.identifier for item in old.items} - set(pairs.values())
    changed = [*_of_document(old, new)]
    parents = {None: "", "": ""} | {item.identifier: item.code for item in old.items} | {item.identifier: item.code for item in new.items}
    for item in new.items:
        if item.identifier in pairs:
            changed += _of_item(before[pairs[item.identifier]], item, parents)
    links = [{(link.origin, link.kind, link.target, link.strength) for link in plan.links} for plan in (old, new)]
    return Difference(added, tuple(item for item in old.items if item.identifier in gone), tuple(changed), len(links[1] - links[0]),
                      len(links[0] - links[1]), is_other=_content(old) != _content(new))


def matched(old: Plan, new: Plan) -> dict[str, str]:
    """Identifier of an item of the new plan to that of the same item in the old one."""
    ids = {item.identifier for item in old.items}
    codes = {item.code: item.identifier for item in old.items}
    found = {item.identifier: item.identifier for item in new.items if item.identifier in ids}
    taken = set(found.values())
    for item in new.items:
        other = codes.get(item.code)
        if item.identifier not in found and other and other not in taken:
            found[item.identifier] = other
            taken.add(other)
    return found


def _content(plan: Plan) -> Any:
    """Everything but the labels of the version."""
    return (plan.identifier, plan.title, plan.items, plan.links, plan.publisher, plan.note, plan.translation_origin, plan.status_of_fact,
            plan.sources, plan.extra, plan.definitions, plan.rubrics)


def _of_document(old: Plan, new: Plan) -> list[Change]:
    plain = (("publisher", _("Publisher")), ("translation_origin", _("Translation")), ("status_of_fact", _("State of the fact")),
             ("sources", _("Sources")))
    return [*_texts("", old, new, (("title", _("Title")), ("note", _("Note")))), *_values("", old, new, plain)]


def _of_item(old: Item, new: Item, codes: Mapping[Any, str]) -> list[Change]:
    found = [*_texts(new.code, old, new, _TEXTS), *_values(new.code, old, new, _PLAIN)]
    if old.code != new.code:
        found.append(Change(new.code, _("Code"), old.code, new.code))
    if codes.get(old.parent) != codes.get(new.parent):
        found.append(Change(new.code, _("Stands below"), codes.get(old.parent, ""), codes.get(new.parent, "")))
    return found


def _texts(code: str, old: Any, new: Any, names: tuple[tuple[str, Any], ...]) -> list[Change]:
    found = []
    for name, label in names:
        before, after = getattr(old, name), getattr(new, name)
        found += [Change(code, f"{label} ({language})", before.get(language, ""), after.get(language, ""))
                  for language in ("kk", "ru", "en") if before.get(language, "") != after.get(language, "")]
    return found


def _values(code: str, old: Any, new: Any, names: tuple[tuple[str, Any], ...]) -> list[Change]:
    return [Change(code, label, _shown(getattr(old, name)), _shown(getattr(new, name))) for name, label in names
            if getattr(old, name) != getattr(new, name)]


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)
