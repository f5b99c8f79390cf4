"""Requisites in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from sheber.engines.curriculum.plan import Requisite


def requisite_text(requisites: Iterable[Requisite]) -> str:
    """``MAT101; PHY1 or PHY2; 2 of A, B, C; beside: LAB1``."""
    before: list[str] = []
    beside: list[str] = []
    for requisite in requisites:
        (before if requisite.kind == "prerequisite" else beside).append(_one(requisite))
    parts = ["; ".join(before)] if before else []
    if beside:
        parts.append(_("beside it: %(courses)s") % {"courses": "; ".join(beside)})
    return "; ".join(parts)


def _one(requisite: Requisite) -> str:
    if len(requisite.options) == requisite.need:
        return ", ".join(requisite.options)
    if requisite.need == 1:
        return _(" or ").join(requisite.options)
    return _("%(need)s of %(options)s") % {"need": requisite.need, "options": ", ".join(requisite.options)}
