"""The rail: the loop with five stations, and under each the systems that work.

An entry stands in the rail only when its address exists and the reader may open it, so a system appears with its first page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext

if TYPE_CHECKING:
    from sheber.spine.people.models import RoleAssignment

Station = str
_FIRST_ROLE = "_sheber_first_role"


@dataclass(frozen=True)
class Entry:
    """One line of the rail. ``permission`` is of ``roles.PERMISSIONS``; empty means everybody who is signed in. ``prefixes`` name the
    pages that belong to it: a whole namespace, or one address of it, ``competences:type``. ``role`` shows it to people whose first
    role it is, and to nobody else."""

    station: Station
    url_name: str
    label: str
    permission: str = ""
    icon: str = ""
    prefixes: tuple[str, ...] = ()
    role: str = ""


STATIONS: Final = ("need", "plan", "train", "prove", "place")
ENTRIES: Final = (
    Entry("need", "competences:types", gettext_noop("Engineer types"), "framework.view",
          prefixes=("competences:types", "competences:type")),
    Entry("need", "competences:occupations", gettext_noop("Occupations"), "framework.view",
          prefixes=("competences:occupations", "competences:occupation")),
    Entry("plan", "programmes:list", gettext_noop("Programmes"), "programme.overview", prefixes=("programmes",)),
    Entry("plan", "competences:frameworks", gettext_noop("Competence frameworks"), "framework.view",
          prefixes=tuple(f"competences:{name}" for name in ("frameworks", "framework", "competence", "levels"))),
    Entry("prove", "students:list", gettext_noop("Students and evidence"), "evidence.view", prefixes=("students", "evidence")),
    Entry("prove", "students:me", gettext_noop("My page"), prefixes=("students", "evidence"), role="student"),
    Entry("place", "students:profiles", gettext_noop("Profiles of students"), "profile.view",
          prefixes=("students:profiles", "students:profile")),
    Entry("house", "organisations:tree", gettext_noop("Organisations"), "organisation.view", "o-building-library", ("organisations",)),
    Entry("house", "people:list", gettext_noop("People"), "person.view", "o-users",
          tuple(f"people:{name}" for name in ("list", "person", "person_edit", "role_grant", "invitations", "invite"))),
    Entry("house", "exchange:list", gettext_noop("Tables out and in"), "person.view", "o-arrow-up-tray", ("exchange",)),
    Entry("house", "exports:list", gettext_noop("My exports"), "", "o-arrow-down-tray", ("exports",)),
    Entry("house", "files:list", gettext_noop("Files"), "", "o-document-text", ("files",)),
    Entry("house", "audit:list", gettext_noop("Audit"), "audit.view", "o-shield-check", ("audit",)),
    Entry("house", "trash:list", gettext_noop("Trash"), "programme.edit", "o-trash", ("trash",)),
    Entry("house", "jobs:list", gettext_noop("Background work"), "operation.manage", "o-cog-6-tooth", ("jobs",)),
    Entry("house", "integrations:tokens", gettext_noop("API and webhooks"), "", "o-link", ("integrations",)),
)


@dataclass(frozen=True)
class Shown:
    """An entry that this reader sees."""

    label: str
    url: str
    is_current: bool
    icon: str = ""


@dataclass(frozen=True)
class ShownStation:
    """A station of the loop with its entries; ``url`` is empty while nothing stands there."""

    code: Station
    name: str
    url: str = ""
    is_here: bool = False
    entries: tuple[Shown, ...] = field(default=())


def station_names() -> dict[Station, str]:
    return {"need": pgettext("station of the loop", "Need"), "plan": pgettext("station of the loop", "Plan"),
            "train": pgettext("station of the loop", "Train"), "prove": pgettext("station of the loop", "Prove"),
            "place": pgettext("station of the loop", "Place")}


def address(name: str) -> str:
    """The address of a named page, empty when the page does not exist (yet)."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the reader holds the permission anywhere in the tree."""
    user = getattr(request, "user", None)                # a request refused early, for its host say, has none
    if user is None or not user.is_authenticated:
        return False
    from sheber.spine.people import access

    return not permission or bool(access.visible_paths(user, permission))


def first_role(request: HttpRequest) -> "RoleAssignment | None":
    """The role the reader was given first, with its place; asked once a request."""
    if not hasattr(request, _FIRST_ROLE):
        user = getattr(request, "user", None)
        held = user.roles.select_related("organisation").order_by("id").first() if user is not None and user.is_authenticated else None
        setattr(request, _FIRST_ROLE, held)
    found: RoleAssignment | None = getattr(request, _FIRST_ROLE)
    return found


def _shown(request: HttpRequest, entries: Sequence[Entry], allowed: Callable[[str], bool]) -> tuple[Shown, ...]:
    match = request.resolver_match
    here = {match.namespace, match.view_name} - {""} if match else set()
    rows: list[Shown] = []
    for entry in entries:
        url = address(entry.url_name)
        if entry.role and getattr(first_role(request), "role", "") != entry.role:
            continue
        if url and allowed(entry.permission):
            rows.append(Shown(_(entry.label), url, bool(here & set(entry.prefixes)), entry.icon))
    return tuple(rows)


def rail(request: HttpRequest) -> dict[str, Any]:
    """``stations`` in the order of the loop, and ``house``: what serves all stations. One access look-up a permission."""
    known: dict[str, bool] = {}

    def allowed(permission: str) -> bool:
        if permission not in known:
            known[permission] = may(request, permission)
        return known[permission]

    names, stations = station_names(), []
    for code in STATIONS:
        entries = _shown(request, [entry for entry in ENTRIES if entry.station == code], allowed)
        stations.append(ShownStation(code, names[code], entries[0].url if entries else "", any(e.is_current for e in entries), entries))
    return {"stations": tuple(stations), "house": _shown(request, [entry for entry in ENTRIES if entry.station == "house"], allowed)}
