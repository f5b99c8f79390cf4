"""What stands at an organisation: its programmes, and the people who hold a role there."""

from collections.abc import Mapping
from typing import Final, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.apps.programmes.queries.programmes import programmes_at, programmes_by_place
from sheber.kit import places
from sheber.spine.people import access, queries
from sheber.spine.people.roles import ROLE_CHOICES

LINES = 12
KEPT: Final = "programmes_by_place"
ROLE_LABELS = dict(ROLE_CHOICES)


def register() -> None:
    places.register("programmes", counts=programme_counts, panel=programmes, order=10)
    places.register("people", panel=people, order=20)


def programme_counts(request: HttpRequest) -> Mapping[str, int]:
    """Programmes at each organisation, those below it not counted; asked once for a page, which shows them and sums them."""
    kept = vars(request)
    if KEPT not in kept:
        kept[KEPT] = programmes_by_place(access.visible_paths(request.user, "programme.overview"))
    return cast(Mapping[str, int], kept[KEPT])


def programmes(request: HttpRequest, path: str) -> places.Panel | None:
    """Programmes at the place and below it that the reader may see."""
    if not access.allowed(request.user, "programme.overview", path):
        return None
    number = sum(here for place, here in programme_counts(request).items() if place.startswith(path))
    lines = [places.Line(f"{row.code} {row.title}", reverse("programmes:overview", args=[row.code, row.version]),
                         _("%(kind)s, %(place)s") % {"kind": row.engineer_type.title, "place": row.organisation_name})
             for row in programmes_at((path,), LINES)]
    more = ngettext("%(n)s programme in all", "%(n)s programmes in all", number) % {"n": number} if number > LINES else ""
    return places.Panel(_("Programmes"), lines, more, reverse("programmes:list")) if lines else None


def people(request: HttpRequest, path: str) -> places.Panel | None:
    """Who holds a role at the place itself, for those who may see persons there; students are counted, not named."""
    if not access.allowed(request.user, "person.view", path):
        return None
    staff, students = queries.staff_at(path, limit=LINES)
    lines = [places.Line(str(name), "", str(ROLE_LABELS.get(role, role))) for name, role in staff]
    if students:
        lines.append(places.Line(ngettext("%(n)s student", "%(n)s students", students) % {"n": students}, reverse("students:list"),
                                 _("here and below")))
    return places.Panel(_("People with a role here"), lines) if lines else None
