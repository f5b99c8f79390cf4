"""A file that is to be brought in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sheber.kit.exchange.files import MAX_FILE_BYTES, MAX_ROWS


class CaseForm(forms.Form):
    """A CASE package, and by which name it is to stand here."""

    file = forms.FileField(label=_("CASE package"), allow_empty_file=True, max_length=200,
                           widget=forms.FileInput(attrs={"accept": ".json,application/json"}))
    code = forms.CharField(label=_("Code"), required=False, max_length=40,
                           help_text=_(
                               "By which the framework is known here. Empty: what the package says, or what follows from its title."))
    version = forms.CharField(label=_("Version"), required=False, max_length=20, help_text=_("Empty: what the package says."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].help_text = _("JSON of CASE 1.0 or 1.1; at most %(mb)s MB.") % {"mb": MAX_FILE_BYTES // 1024 // 1024}


class FileForm(forms.Form):
    """The file is judged by the reading of it, so that every fault is told in one way."""

    file = forms.FileField(label=_("File"), allow_empty_file=True, max_length=200, widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].help_text = _("XLSX or CSV, made from the template or from an export; at most %(mb)s MB and %(rows)s rows.") % {
            "mb": MAX_FILE_BYTES // 1024 // 1024, "rows": f"{MAX_ROWS:,}".replace(",", "\u202f")}
