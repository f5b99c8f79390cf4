"""What waits for a person, gathered from the systems for the home page.

    from sheber.kit import attention

    attention.register("programmes", findings_of_my_programmes)

where the provider gets the request and answers notices the reader may open, in a fixed number of queries.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.http import HttpRequest

State = Literal["bad", "warn", "info"]
ORDER: Final[dict[State, int]] = {"bad": 0, "warn": 1, "info": 2}
ICONS: Final[dict[State, str]] = {"bad": "o-x-circle", "warn": "o-exclamation-triangle", "info": "o-information-circle"}


@dataclass(frozen=True)
class Notice:
    """``title`` is a sentence of what is the matter; ``text`` says what to do; ``due`` or ``since`` is shown at the right."""

    state: State
    title: str
    url: str
    text: str = ""
    due: dt.date | None = None
    since: dt.date | None = None

    @property
    def icon(self) -> str:
        return ICONS[self.state]


Provide = Callable[[HttpRequest], Sequence[Notice]]
_providers: dict[str, Provide] = {}


def register(name: str, provide: Provide) -> None:
    """Add or replace the provider ``name``."""
    _providers[name] = provide


def notices(request: HttpRequest, limit: int = 8) -> tuple[list[Notice], int]:
    """The most pressing first, then what is due first; and how many there are in all."""
    found = [notice for name in sorted(_providers) for notice in _providers[name](request)]
    found.sort(key=lambda one: (ORDER[one.state], one.due or dt.date.max, one.title))
    return found[:limit], len(found)
