"""Services outside of the product that it leans on (providers of single sign-on, say), and how to ask whether they answer.

A system that leans on one states how it is asked::

    outside.register("single_sign_on", ask_providers)

They are asked when an operator wants it, never by themselves: each may take some seconds.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as an operator knows it; ``fault`` says in one sentence what is wrong, and is empty when it answers."""

    name: str
    fault: str = ""


_asks: dict[str, Callable[[], Sequence[Asked]]] = {}


def register(name: str, ask: Callable[[], Sequence[Asked]]) -> None:
    """Ask by ``ask``; it waits a few seconds at most for each service, and raises nothing."""
    _asks[name] = ask


def asks() -> Mapping[str, Callable[[], Sequence[Asked]]]:
    """How each kind of service is asked, by name."""
    return dict(_asks)
