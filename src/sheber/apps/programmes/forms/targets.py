"""Targets and entry levels of a draft as a form: one row for every item of the framework."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from sheber.apps.programmes.queries.editing import VersionTargets
from sheber.apps.programmes.rules.reading.problems import Place, Problems
from sheber.apps.programmes.rules.reading.values import read_number

from .editing import EditForm
from .fields import Number, refuse, written

HIGHEST: Final = 5
NOT_ASKED: Final = "–"
DASHES: Final = frozenset("-–—−")


class OwnTarget(forms.CharField):
    """A level of 0-5; empty: that of the engineer type; a dash: not asked of this programme."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "maxlength": 6}), **kwargs)

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if text in DASHES:
            return NOT_ASKED
        problems = Problems()
        level = read_number(text, Place(), problems, 0, HIGHEST)
        refuse(problems)
        return level


class TargetsForm(EditForm):
    """Fields ``own_4_3`` and ``entry_4_3`` for item 4.3."""

    def __init__(self, data: Any = None, *, saved: VersionTargets) -> None:
        self.saved = saved
        initial = {"edit_version": str(saved.edit_version)}
        super().__init__(data, initial=initial)
        for row in saved.rows:
            own, entry = names(row.item.code)
            self.fields[own] = OwnTarget(label=_("Own target of %(item)s") % {"item": row.item.code})
            self.fields[entry] = Number(label=_("Level at entry of %(item)s") % {"item": row.item.code}, required=False, least=0,
                                        most=HIGHEST, whole=True)
            self.initial[own] = (NOT_ASKED if row.own is None else written(row.own)) if row.is_own else ""
            self.initial[entry] = written(row.entry)
        self.remember()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        before = {row.item.code: row.own for row in self.saved.rows if row.is_own}
        if not self.errors and self._own() != before and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the targets differ from those of the engineer type."))
        return cleaned

    def _own(self) -> dict[str, float | None]:
        own: dict[str, float | None] = {}
        for row in self.saved.rows:
            level = self.cleaned_data.get(names(row.item.code)[0])
            if level == NOT_ASKED:
                own[row.item.code] = None
            elif level is not None and level != "":
                own[row.item.code] = float(level)
        return own

    def overrides(self) -> dict[str, float | None]:
        """After ``is_valid``; a level equal to the engineer type's is no own one, unless it was stated before."""
        default = {row.item.code: row.default for row in self.saved.rows}
        stated = {row.item.code for row in self.saved.rows if row.is_own}
        own = {item: level for item, level in self._own().items() if item in stated or level is None or level != default[item]}
        return {**self.saved.kept_overrides, **own}

    def entry_levels(self) -> dict[str, int]:
        """After ``is_valid``."""
        found = {row.item.code: self.cleaned_data[names(row.item.code)[1]] for row in self.saved.rows}
        return {**self.saved.kept_entry, **{item: int(level) for item, level in found.items() if level is not None and level != ""}}


def names(item: str) -> tuple[str, str]:
    """Names of the two fields of an item."""
    key = item.replace(".", "_")
    return f"own_{key}", f"entry_{key}"
