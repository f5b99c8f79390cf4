"""Documents of an organisation: agreements, licences, rules of its laboratories."""

from collections.abc import Collection, Mapping

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from sheber.kit.access import access_of
from sheber.spine.files import targets
from sheber.spine.files.targets import Kind, Thing

from . import queries

KIND = "organisations.organisation"
SEE, EDIT = "document.view", "document.edit"


def _resolve(keys: Collection[str]) -> Mapping[str, Thing]:
    rows = queries.by_ids(int(key) for key in keys if key.isascii() and key.isdigit() and len(key) <= 18)
    return {str(row.id): thing_of(row) for row in rows}


def thing_of(row: queries.OrganisationRow) -> Thing:
    """The organisation as a thing to which files are attached."""
    return Thing(str(row.name), reverse("organisations:organisation", args=[row.code]), row.id, paths=(row.path,))


def _at(request: HttpRequest, permission: str) -> Q:
    paths = access_of(request).visible_paths(permission)
    if any(path.count("/") <= 2 for path in paths):
        return Q()
    found = targets.NOTHING
    for path in paths:
        found |= Q(organisation__path__startswith=path)
    return found


def _held(request: HttpRequest, thing: Thing, permission: str) -> bool:
    return any(access_of(request).allowed(permission, path) for path in thing.paths)


targets.register(Kind(
    KIND, label=_("Document of an organisation"), personal=False, resolve=_resolve, seen=lambda request: _at(request, SEE),
    edited=lambda request: _at(request, SEE) & _at(request, EDIT), may_see=lambda request, thing: _held(request, thing, SEE),
    may_add=lambda request, thing: _held(request, thing, EDIT)))
