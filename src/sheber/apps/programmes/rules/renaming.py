"""Requisites after a course got another code, or is gone."""

from collections.abc import Sequence

from sheber.engines.curriculum.plan import Requisite


def with_code(requisite: Requisite, old: str, new: str) -> Requisite:
    """The requisite with ``new`` in the place of ``old``; an option that is named twice by that is named once."""
    if old not in requisite.options:
        return requisite
    options = tuple(dict.fromkeys(new if option == old else option for option in requisite.options))
    lost = len(requisite.options) - len(options)
    return Requisite(requisite.kind, options, min(requisite.need, len(options)) if lost else requisite.need)


def without(requisite: Requisite, code: str) -> Requisite | None:
    """The requisite without a course; ``None`` when nothing is left of it. What remains never asks for more than it offers."""
    if code not in requisite.options:
        return requisite
    options = tuple(option for option in requisite.options if option != code)
    return Requisite(requisite.kind, options, min(requisite.need, len(options))) if options else None


def naming(requisites: Sequence[Requisite], code: str) -> bool:
    """Whether any of them names the course."""
    return any(code in requisite.options for requisite in requisites)
