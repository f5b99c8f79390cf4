"""The pages and commands that the search finds. Things that stand in tables are found by the index, see sheber.kit.findable."""

from collections.abc import Sequence
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from sheber.kit import letters, search

from . import navigation

COMMANDS: Final = (
    ("programmes:new", gettext_noop("Begin a programme"), "programme.edit", "o-plus"),
    ("programmes:import", gettext_noop("Import a programme"), "programme.edit", "o-arrow-up-tray"),
    ("people:invite", gettext_noop("Invite a person"), "role.grant", "o-paper-airplane"),
    ("integrations:token_new", gettext_noop("New token for programs"), "", "o-link"),
    ("accounts:password", gettext_noop("Change your password"), "", "o-lock-closed"),
)
"""Address, words, permission (held somewhere; empty: everybody), sign."""


def register() -> None:
    search.register("pages", lambda: _("Pages and commands"), pages, order=10)


def pages(request: HttpRequest, words: str, limit: int) -> Sequence[search.Hit]:
    """Every page of the rail, the home page, and commands; without words the pages are the answer."""
    shown = navigation.rail(request)
    found = [search.Hit(_("Where the loop stands"), reverse("home"), _("home page"), "o-arrow-path")]
    for station in shown["stations"]:
        found += [search.Hit(entry.label, entry.url, station.name, "o-list-bullet") for entry in station.entries]
    found += [search.Hit(entry.label, entry.url, "", entry.icon) for entry in shown["house"]]
    account = navigation.address("people:account")
    if account:
        found.append(search.Hit(_("Your account"), account, _("your name and roles"), "o-user"))
    if words:
        found += [search.Hit(_(label), url, _("command"), icon) for name, label, permission, icon in COMMANDS
                  if (url := navigation.address(name)) and navigation.may(request, permission)]
    keys = letters.asked(words)
    return [hit for hit in found if not words or letters.found(keys, hit.title, hit.note)][:limit]
