"""The form of a draft: :class:`sheber.kit.editing.EditForm` with texts read as the importers read them."""

from django.utils.translation import gettext_lazy

from sheber.kit import editing
from sheber.kit.editing import Difference, language_names, missing_languages, text_cleaned, text_initial

from .fields import Text

__all__ = ["Difference", "EditForm", "language_names", "missing_languages", "text_cleaned", "text_initial"]


class EditForm(editing.EditForm):
    """Carries the ``edit_version`` of a version of a programme."""

    reason = Text(label=gettext_lazy("Reason"), required=False, limit=300, help_text=gettext_lazy("Kept in the history."))
