"""What else may be asked between the right password and a session. A system above states it at start-up; people knows none of them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from .models import User

Step = Callable[[HttpRequest, User, str], HttpResponse | None]
"""Gets the request, the person and where they want to go. ``None``: nothing more is asked; an answer is given in place of a session."""

_steps: list[Step] = []


def before_session(step: Step) -> None:
    """State a step. Stating it again changes nothing."""
    if step not in _steps:
        _steps.append(step)


def asked(request: HttpRequest, person: User, target: str) -> HttpResponse | None:
    """The answer of the first step that asks for more."""
    return next((answer for answer in (step(request, person, target) for step in _steps) if answer is not None), None)
