"""Words of permissions, and the field that names an organisation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.spine.organisations.queries import OrganisationRow

_PERMISSIONS = {
    "own": gettext_lazy("what is your own: your account, your evidence"),
    "organisation.view": gettext_lazy("read organisations"),
    "organisation.edit": gettext_lazy("change organisations"),
    "document.view": gettext_lazy("read files of organisations"),
    "document.edit": gettext_lazy("attach and remove files of organisations"),
    "person.view": gettext_lazy("read names of people"),
    "person.edit": gettext_lazy("add and change people"),
    "role.grant": gettext_lazy("give and end roles"),
    "framework.view": gettext_lazy("read competence frameworks"),
    "framework.edit": gettext_lazy("change competence frameworks"),
    "programme.overview": gettext_lazy("read what programmes promise"),
    "programme.view": gettext_lazy("read programmes inside: matrix, checks, drafts"),
    "programme.edit": gettext_lazy("change drafts of programmes"),
    "programme.publish": gettext_lazy("put programmes into force and archive them"),
    "gap.view": gettext_lazy("read figures of the gap"),
    "profile.view": gettext_lazy("read profiles of students who agree that enterprises see them"),
    "evidence.view": gettext_lazy("read the evidence of people"),
    "evidence.record": gettext_lazy("record evidence"),
    "audit.view": gettext_lazy("read the record of changes, manage webhooks"),
    "operation.manage": gettext_lazy("see, cancel and repeat background work"),
}


def permission_label(code: str) -> str:
    """What a permission or a scope lets one do, in the reader's language; its code where nobody has said."""
    return str(_PERMISSIONS.get(code, code))


class OrganisationCode(forms.CharField):
    """The code of one of the organisations offered; the browser helps to find it."""

    def __init__(self, rows: Sequence[OrganisationRow], **kwargs: Any) -> None:
        widget = forms.TextInput({"list": "organisations", "autocomplete": "off", "spellcheck": "false"})
        super().__init__(max_length=40, widget=widget, **kwargs)
        self.rows = {row.code: row for row in rows}

    def clean(self, value: Any) -> Any:
        code = super().clean(value)
        if not code:
            return None
        if code not in self.rows:
            raise ValidationError(_("There is no organisation “%(code)s” at which you may do this.") % {"code": code})
        return self.rows[code]
