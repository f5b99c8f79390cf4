"""What else may be asked between the right password and a session, and which other ways of signing in there are.

A system above states them at start-up; people knows none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse

from .models import User

Step = Callable[[HttpRequest, User, str], HttpResponse | None]
"""Gets the request, the person and where they want to go. ``None``: nothing more is asked; an answer is given in place of a session."""

_steps: list[Step] = []


@dataclass(frozen=True, slots=True)
class Way:
    """Another way to sign in: a button that posts to an address. ``vouches_for`` says whether it may be the way of an e-mail address."""

    label: str
    address: str
    vouches_for: Callable[[str], bool]


Ways = Callable[[HttpRequest], Sequence[Way]]

_ways: list[Ways] = []


def sign_in_ways(ways: Ways) -> None:
    """State other ways to sign in. Stating them again changes nothing."""
    if ways not in _ways:
        _ways.append(ways)


def other_ways(request: HttpRequest, email: str = "") -> list[Way]:
    """Those there are; for an address only those that may be its way."""
    return [way for found in _ways for way in found(request) if not email or way.vouches_for(email)]


Farewell = Callable[[HttpRequest, Mapping[str, Any]], HttpResponse | None]
"""Gets the request, whose session has ended, and what the session held. ``None``: nothing more is to be done."""

_farewells: list[Farewell] = []


def after_session(farewell: Farewell) -> None:
    """State what follows signing out. Stating it again changes nothing."""
    if farewell not in _farewells:
        _farewells.append(farewell)


def left(request: HttpRequest, held: Mapping[str, Any]) -> HttpResponse | None:
    """The answer of the first farewell that has one."""
    return next((answer for answer in (farewell(request, held) for farewell in _farewells) if answer is not None), None)


def before_session(step: Step) -> None:
    """State a step. Stating it again changes nothing."""
    if step not in _steps:
        _steps.append(step)


def asked(request: HttpRequest, person: User, target: str) -> HttpResponse | None:
    """The answer of the first step that asks for more."""
    return next((answer for answer in (step(request, person, target) for step in _steps) if answer is not None), None)
