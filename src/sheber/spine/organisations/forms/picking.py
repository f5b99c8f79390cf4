"""Choosing an organisation: by its code or by words of its name, offered while typing; works without a script."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sheber.spine.organisations import queries
from sheber.spine.organisations.queries import Picked

OFFERED: Final = 400
"""So many are offered in the list; the others are found by typing words of their name."""
NAMED: Final = 8


class OrganisationField(forms.CharField):
    """Cleans to a :class:`Picked` at or below ``paths``; several that match are named in the error."""

    def __init__(self, *, paths: Sequence[str], listed: str, **kwargs: Any) -> None:
        super().__init__(max_length=200, widget=forms.TextInput({"list": listed, "autocomplete": "off", "spellcheck": "false"}), **kwargs)
        self.paths, self.listed = paths, listed

    def offered(self) -> tuple[Picked, ...]:
        """What the list beside the field holds; two queries."""
        return queries.pick("", paths=self.paths, limit=OFFERED)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        found = queries.pick(words, paths=self.paths, limit=NAMED + 1)
        if found and (len(found) == 1 or found[0].code.casefold() == words.strip().casefold()):
            return found[0]
        if not found:
            raise ValidationError(_("No open organisation of yours has this code or name."), code="nothing")
        names = "; ".join(f"{one.code} {one.name}" for one in found[:NAMED])
        raise ValidationError(_("Several match, write the code of one: %(names)s") % {"names": names}, code="several")
