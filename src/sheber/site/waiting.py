"""What waits for a programme director: the most pressing findings in the programmes they may change."""

from collections.abc import Sequence
from typing import Final

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.apps.programmes.rules.checks import check_plan
from sheber.apps.programmes.views.findings import FindingRow, finding_rows
from sheber.kit import attention
from sheber.kit.attention import Notice, State
from sheber.spine.people import access

PROGRAMMES: Final = 4
FINDINGS: Final = 3
KEPT_S: Final = 3600
STATES: Final[dict[str, State]] = {"error": "bad", "warning": "warn", "note": "info"}


def register() -> None:
    attention.register("programmes", findings)


def findings(request: HttpRequest) -> Sequence[Notice]:
    """Up to three findings of each of at most four programmes; checks are done again only after a save."""
    paths = access.visible_paths(request.user, "programme.edit")
    if not paths:
        return ()
    notices: list[Notice] = []
    for row in queries.programme_list(paths, size=PROGRAMMES).rows:
        found = _checked(row)
        shown = [one for one in found if one.severity != "note"][:FINDINGS]
        name = _("%(code)s %(title)s") % {"code": row.code, "title": row.title}
        day = timezone.localtime(row.updated_at).date()
        notices += [Notice(STATES[one.severity], one.reason, one.url, name, since=day) for one in shown]
        if (rest := len(found) - len(shown)) > 0 and shown:
            title = ngettext("%(n)s more finding in %(programme)s", "%(n)s more findings in %(programme)s", rest)
            url = reverse("programmes:findings", args=[row.code, row.version])
            notices.append(Notice("info", title % {"n": rest, "programme": name}, url, since=day))
    return notices


def _checked(row: VersionRow) -> list[FindingRow]:
    key = f"site.waiting:{row.id}:{row.edit_version}:{get_language()}"
    known: list[FindingRow] | None = cache.get(key)
    if known is None:
        known = finding_rows(row, check_plan(queries.version_plan(row.id)))
        cache.set(key, known, KEPT_S)
    return known
