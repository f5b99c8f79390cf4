"""What people are told about files that were made for them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sheber.kit import formats
from sheber.spine.notices import types
from sheber.spine.notices.rules.wording import shown


def _ready(params: Mapping[str, Any]) -> str:
    count = params.get("rows")
    number = count if isinstance(count, int) else 0
    rows = ngettext("%(n)s row", "%(n)s rows", number) % {"n": formats.number(number)}
    return gettext("%(title)s, %(rows)s. The file is kept until %(day)s.") % {
        "title": shown(params.get("title")), "rows": rows, "day": shown(params.get("day"))}


types.register("exports.ready", title=_("Your file is ready"), explanation=_("When a large export you asked for is written."),
               sentence=_ready, letters="never")
