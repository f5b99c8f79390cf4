"""Frameworks come in by a page of their own: a CASE package is a tree, not a table."""

from django.utils.translation import gettext_lazy

from sheber.kit.exchange.declaring import Elsewhere, register_elsewhere

register_elsewhere(Elsewhere(
    gettext_lazy("Competence frameworks (CASE)"),
    gettext_lazy("A framework with its tree and its links to others; JSON of CASE 1.0 or 1.1."),
    "exchange:case", "framework.edit", is_national=True))
