"""A new thing where a deleted one stood.

A page that somebody opened before the deletion names the thing by its code and states its edit version. The new thing under the same code
counts on from where the deleted one stopped, so that such a page is stale and does not write over what it has never shown.
"""

from typing import Any, Final

from sheber.spine.trash.models import Deletion

SEEN: Final = "edit_version"


def last_seen(thing: Any) -> dict[str, int]:
    """For ``extra`` of :func:`putting`: the edit version up to which people may have seen it."""
    return {SEEN: thing.edit_version}


def begun_after(kind: str, place: str, *, first: int = 0) -> int:
    """The edit version a new thing of the kind begins with at a place (as told to :func:`putting`); ``first`` where none was deleted."""
    seen = [int(extra[SEEN]) for extra in Deletion.objects.filter(kind=kind, place=place[:200]).values_list("extra", flat=True)
            if SEEN in extra]
    return max([first, *(one + 1 for one in seen)])
