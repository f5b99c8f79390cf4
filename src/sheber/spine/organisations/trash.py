"""What of organisations can be deleted and put back."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sheber.spine.trash.registry import Kind, counted, kind

from .services import deleting


def _address(extra: Mapping[str, Any]) -> str:
    return reverse("organisations:organisation", args=[extra["code"]])


kind(Kind("organisations.organisation", _("Organisation"), permission="organisation.edit", after=deleting.organisation_is_back,
          address=_address))
counted("organisations.organisation", lambda n: ngettext("%(n)s organisation", "%(n)s organisations", n))
