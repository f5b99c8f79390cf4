"""What a person may do, and where: the roles held today, at their nodes and below."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from sheber.kit.access import NATIONAL, access_of, all_rules, covered, find_rule, rule

from .models import Invitation, RoleAssignment, User
from .roles import PERMISSIONS, ROLE_GRANTS

__all__ = ["NATIONAL", "OWN", "Narrowing", "PersonAccess", "access_of", "all_rules", "allowed", "covered", "find_rule", "forget", "held",
           "narrow", "narrowing_of", "rule", "visible_paths"]

Person = AbstractBaseUser | AnonymousUser
_CACHE = "_sheber_grants"
_NARROWING = "_sheber_narrowing"
OWN: Final = "own"
"""Scope of a token that opens what is one's own: the own evidence, the own account. No permission, because nobody grants it."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a scoped token leaves of the rights of its person: ``scopes`` are permissions and :data:`OWN`; ``path`` is the node at and
    below which the token works, ``/`` for everywhere its person may."""

    scopes: frozenset[str]
    path: str = NATIONAL


def visible_paths(user: Person, permission: str) -> tuple[str, ...]:
    """Paths of the nodes at which the person holds the permission today, shortest first, none below another; ``/`` is everywhere."""
    if permission not in PERMISSIONS:
        raise ValueError(f"there is no permission {permission!r}")
    paths = _grants(user).get(permission, ())
    narrowing = narrowing_of(user)
    return paths if narrowing is None else narrowed_paths(permission, paths, narrowing)


def allowed(user: Person, permission: str, organisation_path: str) -> bool:
    """Whether the person holds the permission at this node or above it. ``NATIONAL`` asks for the whole nation."""
    return covered(organisation_path, visible_paths(user, permission))


def forget(user: Person) -> None:
    """Ask the database again: the person's roles have changed."""
    user.__dict__.pop(_CACHE, None)


def narrow(user: Person, narrowing: Narrowing) -> None:
    """Whoever asks for this person object from now on is the token: every question about rights gets the narrower answer."""
    setattr(user, _NARROWING, narrowing)


def narrowing_of(user: Person) -> Narrowing | None:
    """The narrowing in force, ``None`` when the person asks without a token."""
    found: Narrowing | None = getattr(user, _NARROWING, None)
    return found


def narrowed_paths(permission: str, paths: tuple[str, ...], narrowing: Narrowing) -> tuple[str, ...]:
    """Where the permission is left: nowhere without its scope, else where the paths and the node of the token meet."""
    if permission not in narrowing.scopes:
        return ()
    met = {max(path, narrowing.path, key=len) for path in paths if path.startswith(narrowing.path) or narrowing.path.startswith(path)}
    return _outermost(met)


def held(user: Person) -> Mapping[str, tuple[str, ...]]:
    """Every permission the person holds today, to the paths where: what :mod:`rules` decides with."""
    return {permission: visible_paths(user, permission) for permission in PERMISSIONS}


class PersonAccess:
    """The same questions bound to one person; what ``request.access`` is."""

    def __init__(self, user: Person) -> None:
        self.user = user

    def allowed(self, permission: str, organisation_path: str) -> bool:
        return allowed(self.user, permission, organisation_path)

    def visible_paths(self, permission: str) -> tuple[str, ...]:
        return visible_paths(self.user, permission)


def first_end(user: Person) -> dt.date | None:
    """The last day of the role held today that ends first; ``None``: none of them ends. Asks nothing that rights did not ask already."""
    return _held_today(user)[1]


def holds_something(user: Person) -> bool:
    """Whether the person holds any role today."""
    return bool(_held_today(user)[0])


def _grants(user: Person) -> Mapping[str, tuple[str, ...]]:
    return _held_today(user)[0]


def _held_today(user: Person) -> tuple[Mapping[str, tuple[str, ...]], dt.date | None]:
    """Permission to paths, and the first last day; one query for each person object and day, so one for each request."""
    if not user.is_authenticated or not user.is_active:
        return {}, None
    today = timezone.localdate()
    # request.user is a lazy wrapper: look at the person inside, where the answer is kept.
    kept: tuple[dt.date, Mapping[str, tuple[str, ...]], dt.date | None] | None = getattr(user, _CACHE, None)
    if kept is None or kept[0] != today:
        held = list(RoleAssignment.objects.filter(
            Q(starts_on__isnull=True) | Q(starts_on__lte=today), Q(ends_on__isnull=True) | Q(ends_on__gte=today),
            user_id=user.pk).values_list("role", "organisation__path", "ends_on"))
        ends = [day for _role, _path, day in held if day is not None]
        kept = (today, _by_permission((role, path) for role, path, _day in held), min(ends, default=None))
        setattr(user, _CACHE, kept)
    return kept[1], kept[2]


def _by_permission(held: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    paths: dict[str, set[str]] = {}
    for role, path in held:
        grants = ROLE_GRANTS.get(role)
        if grants is None:  # a role that the product no longer knows grants nothing
            continue
        for permission in grants.at_node:
            paths.setdefault(permission, set()).add(path)
        for permission in grants.nation_wide:
            paths.setdefault(permission, set()).add(NATIONAL)
    return {permission: _outermost(found) for permission, found in paths.items()}


def _outermost(paths: set[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for path in sorted(paths, key=lambda one: (len(one), one)):
        if not any(path.startswith(above) for above in kept):
            kept.append(path)
    return tuple(kept)


rule("people:sign_in", public=True)
rule("people:sign_in_as", public=True)
rule("people:sign_out", public=True)
rule("people:language", public=True)
rule("people:theme", public=True)
rule("people:me", signed_in=True)
rule("people:account", signed_in=True)
rule("api-v1:people_me", signed_in=True)


def _person(_request: HttpRequest, *, person_id: int, **_more: int) -> int:
    return person_id


def person_paths(_request: HttpRequest, *, person_id: int, **_more: int) -> tuple[str, ...] | None:
    """Every place where a role is or was held; whoever never held one is for those who look after the whole nation."""
    held_at = RoleAssignment.objects.filter(user_id=person_id).values_list("organisation__path", flat=True)
    return tuple(held_at) or ((NATIONAL,) if User.objects.filter(pk=person_id).exists() else None)


def _role_path(_request: HttpRequest, *, person_id: int, role_id: int) -> str | None:
    return RoleAssignment.objects.filter(pk=role_id, user_id=person_id).values_list("organisation__path", flat=True).first()


def _invitation_path(_request: HttpRequest, *, invitation_id: int) -> str | None:
    return Invitation.objects.filter(pk=invitation_id).values_list("organisation__path", flat=True).first()


rule("people:list", permission="person.view")
rule("people:person", permission="person.view", scope=person_paths, owner=_person)
rule("people:person_edit", permission="person.edit", scope=person_paths)
rule("people:person_deactivate", permission="person.edit", scope=person_paths)
rule("people:person_reactivate", permission="person.edit", scope=person_paths)
rule("people:role_grant", permission="role.grant", scope=person_paths)
rule("people:role_dates", permission="role.grant", scope=_role_path)
rule("people:role_end", permission="role.grant", scope=_role_path)
rule("people:invitations", permission="role.grant")
rule("people:invite", permission="role.grant")
rule("people:invitation_resend", permission="role.grant", scope=_invitation_path)
rule("people:invitation_withdraw", permission="role.grant", scope=_invitation_path)
rule("people:invitation_open", public=True)
rule("people:invitation", public=True)
rule("api-v1:people_list", permission="person.view")
rule("api-v1:people_person", permission="person.view", scope=person_paths, owner=_person, methods=("GET",))
for _name, _methods in (("person", ("PUT",)), ("close", ("*",)), ("open", ("*",))):
    rule(f"api-v1:people_{_name}", permission="person.edit", scope=person_paths, methods=_methods)
rule("api-v1:people_roles", permission="role.grant", scope=person_paths)
rule("api-v1:people_role", permission="role.grant", scope=_role_path)
rule("api-v1:people_role_end", permission="role.grant", scope=_role_path)
rule("api-v1:people_invitations", permission="role.grant")
rule("api-v1:people_invitation_resend", permission="role.grant", scope=_invitation_path)
rule("api-v1:people_invitation_withdraw", permission="role.grant", scope=_invitation_path)
