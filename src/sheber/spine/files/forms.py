"""A file that is to be attached."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .rules.content import ENDINGS
from .services.sentences import kinds_sentence


class AttachForm(forms.Form):
    """The content is judged by the service, so that pages and programs are told the same."""

    file = forms.FileField(label=_("File"), allow_empty_file=True, max_length=500,
                           widget=forms.FileInput(attrs={"accept": ",".join(f".{one}" for one in ENDINGS)}))
    purpose = forms.CharField(label=_("What it is"), max_length=200, required=False,
                              help_text=_("In a few words, for whoever looks for it later."))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["file"].help_text = _("%(kinds)s At most %(mb)s MB.") % {
            "kinds": kinds_sentence(), "mb": settings.FILES_MAX_BYTES >> 20}


class RemoveForm(forms.Form):
    """Why a file is removed."""

    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)
