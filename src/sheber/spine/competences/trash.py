"""What of frameworks can be deleted and put back: drafts."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sheber.spine.trash.registry import Kind, counted, kind

from . import services


def _address(extra: Mapping[str, Any]) -> str:
    return reverse("competences:framework", args=[extra["code"], extra["version"]])


kind(Kind("competences.framework", _("Draft of a framework"), permission="framework.edit", after=services.framework_is_back,
          address=_address))
counted("competences.framework", lambda n: ngettext("%(n)s framework", "%(n)s frameworks", n))
counted("competences.competence", lambda n: ngettext("%(n)s competence", "%(n)s competences", n))
counted("competences.alignment", lambda n: ngettext("%(n)s correspondence with another framework",
                                                    "%(n)s correspondences with other frameworks", n))
counted("competences.profile", lambda n: ngettext("%(n)s profile", "%(n)s profiles", n))
counted("competences.profiletarget", lambda n: ngettext("%(n)s level of a profile", "%(n)s levels of profiles", n))
counted("evidence.evidenceitem", lambda n: ngettext("%(n)s item of evidence", "%(n)s items of evidence", n))
