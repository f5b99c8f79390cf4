"""Kinds of things that can be deleted and put back.

A system states them in its ``trash.py``, found at start-up::

    from sheber.spine.trash.registry import Kind, counted, kind

    kind(Kind("programmes.course", _("Course"), permission="programme.edit", before=course_fits, after=course_is_back, address=course_url))
    counted("programmes.matrixcell", lambda n: ngettext("%(n)s cell of the matrix", "%(n)s cells of the matrix", n))
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sheber.spine.audit.services import Actor

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass
class Returning:
    """A thing on its way back. ``extra`` is what its service kept; ``left`` counts links that were changed meanwhile and stay so."""

    actor: Actor
    target_id: str
    extra: Mapping[str, Any]
    reason: str
    left: int = 0


Step = Callable[[Returning], None]


@dataclass(frozen=True)
class Kind:
    """``permission`` is that of whoever may delete it, so also of whoever may put it back.

    ``before`` locks what it returns to and refuses with a ``DomainError``; ``after`` counts the save and the like. ``address`` leads
    to it once it is back.
    """

    code: str
    title: "str | _StrPromise"
    permission: str
    before: Step | None = field(default=None)
    after: Step | None = field(default=None)
    address: Callable[[Mapping[str, Any]], str] | None = field(default=None)


Counted = Callable[[int], str]
_kinds: dict[str, Kind] = {}
_counted: dict[str, Counted] = {}
_derived: set[str] = set()


def kind(one: Kind) -> None:
    """State a kind. Raises ``ValueError`` when its code is stated already."""
    if one.code in _kinds:
        raise ValueError(f"{one.code} is stated already")
    _kinds[one.code] = one


def counted(model: str, words: Counted) -> None:
    """State how rows of a model (``app.model``) are counted in words, with the hole ``%(n)s``. Raises ``ValueError`` a second time."""
    if model in _counted:
        raise ValueError(f"{model} is stated already")
    _counted[model] = words


def find(code: str) -> Kind | None:
    """The kind, ``None`` when the product no longer knows it."""
    return _kinds.get(code)


def kinds() -> Mapping[str, Kind]:
    """Every kind stated."""
    return dict(_kinds)


def in_words(model: str, number: int) -> str:
    """``3 courses``; empty for a model nobody has words for, which people need not hear of."""
    words = _counted.get(model)
    return "" if words is None else words(number) % {"n": number}


def derived(*models: str) -> None:
    """State models (``app.model``) whose rows are worked out from others, as an index is: they go, and are not kept."""
    _derived.update(models)


def is_derived(model: str) -> bool:
    """Whether its rows are worked out again."""
    return model in _derived
