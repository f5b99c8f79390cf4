"""Reads the body of a save: every slip is named, nothing is guessed."""

import json
from typing import Any

from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError

MOST_CHANGES = 5000
LONGEST_TEXT = 200
MODES = frozenset("ITU")


def read_changes(body: bytes) -> tuple[int, list[dict[str, Any]]]:
    """Edit version and changes ``{course, item, mode, level[, assessed_by]}``; mode and level are both None in a cell to be cleared.

    Raises ``DomainError("bad_input")`` whose detail names the place.
    """
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DomainError("bad_input", _("The request is not JSON.")) from error
    if not isinstance(data, dict) or not _whole(data.get("edit_version")) or not isinstance(data.get("changes"), list):
        raise DomainError("bad_input", _("The request needs edit_version, a whole number, and changes, a list."))
    changes = data["changes"]
    if not 1 <= len(changes) <= MOST_CHANGES:
        raise DomainError("bad_input", _("One save holds from 1 to %(most)s changes.") % {"most": MOST_CHANGES})
    return data["edit_version"], [_change(change, place) for place, change in enumerate(changes, start=1)]


def _change(change: object, place: int) -> dict[str, Any]:
    if not isinstance(change, dict):
        raise DomainError("bad_input", _("Change %(place)s is not an object.") % {"place": place}, change=place)
    for name in ("course", "item"):
        if not isinstance(change.get(name), str) or not change[name] or not _storable(change[name]):
            raise DomainError("bad_input", _("Change %(place)s does not name its %(name)s.") % {"place": place, "name": name}, change=place)
    mode, level = change.get("mode"), change.get("level")
    read: dict[str, Any] = {"course": change["course"], "item": change["item"], "mode": mode, "level": level}
    if mode is None:
        return {**read, "level": None}
    if not isinstance(mode, str) or mode not in MODES:
        raise DomainError("bad_input", _("Change %(place)s: the mode is I, T or U.") % {"place": place}, change=place)
    if not isinstance(level, int) or isinstance(level, bool) or not 1 <= level <= 5:
        raise DomainError("bad_input", _("Change %(place)s: the level is a whole number from 1 to 5.") % {"place": place}, change=place)
    if "assessed_by" in change:
        text = change["assessed_by"]
        if not isinstance(text, str) or len(text) > LONGEST_TEXT or not _storable(text):
            raise DomainError("bad_input", _("Change %(place)s: “assessed by” is a text of at most %(most)s characters.") % {
                "place": place, "most": LONGEST_TEXT}, change=place)
        read["assessed_by"] = text.strip()
    return read


def _storable(text: str) -> bool:
    """No zero character and no half of a pair: JSON can write both, a database and a page cannot hold them."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
