"""The register of who may open which address. Deny by default: an address without a rule opens for nobody.

A system states its rules in its ``access.py``, found at start-up::

    from sheber.kit.access import rule

    rule("programmes:list", permission="programme.view")                       # held somewhere; the view filters by visible paths
    rule("programmes:matrix", permission="programme.view", scope=version_path)  # held at the node of the version, or above
    rule("evidence:item", permission="evidence.view", scope=person_path, owner=person_id)   # or it is one's own

where ``version_path(request, **kwargs)`` gives the path of the organisation (or several, one of
which is enough; ``None``: there is no such thing, answer 404) and
``person_id(request, **kwargs)`` the id of the person it belongs to. Both get the keyword arguments of the address.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.http import HttpRequest

NATIONAL: Final = "/"
"""Path to ask for when a thing belongs to no organisation: the permission must be held at the root."""

Scope = Callable[..., str | Collection[str] | None]
Owner = Callable[..., int | None]


class Access(Protocol):
    """What the person behind a request may do; the access middleware sets ``request.access``."""

    def allowed(self, permission: str, organisation_path: str) -> bool: ...

    def visible_paths(self, permission: str) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """Exactly one of ``public``, ``signed_in`` and ``permission`` is set."""

    url_name: str
    method: str
    public: bool
    signed_in: bool
    permission: str
    scope: Scope | None
    owner: Owner | None
    any_token: bool = False


_rules: dict[tuple[str, str], Rule] = {}


def rule(url_name: str, *, permission: str = "", public: bool = False, signed_in: bool = False, scope: Scope | None = None,
         owner: Owner | None = None, methods: Iterable[str] = ("*",), any_token: bool = False) -> None:
    """State who may open the address ``url_name`` (with its namespace, ``programmes:matrix``).

    ``methods`` tells apart what one address does on GET and on POST, as API paths do. ``any_token``: a signed-in address that a
    scoped token opens whatever its scopes are; otherwise it needs the scope ``own``. Raises ``ValueError`` when the rule says
    nothing, says two things, or was stated before.
    """
    if [public, signed_in, bool(permission)].count(True) != 1:
        raise ValueError(f"{url_name}: say one of permission, public and signed_in")
    if (public or signed_in) and (scope or owner):
        raise ValueError(f"{url_name}: a scope or an owner goes with a permission")
    for method in methods:
        key = (url_name, method.upper())
        if key in _rules:
            raise ValueError(f"{url_name}: a rule for {method} is stated already")
        _rules[key] = Rule(url_name, method.upper(), public, signed_in, permission, scope, owner, any_token)


def find_rule(url_name: str, method: str) -> Rule | None:
    """The rule for this method, else the one for all methods. HEAD is GET."""
    wanted = "GET" if method.upper() == "HEAD" else method.upper()
    return _rules.get((url_name, wanted)) or _rules.get((url_name, "*"))


def all_rules() -> Mapping[tuple[str, str], Rule]:
    """Every rule stated so far, by address and method."""
    return dict(_rules)


def access_of(request: HttpRequest) -> Access:
    """What the person behind the request may do."""
    access: Any = getattr(request, "access", None)
    if access is None:
        raise RuntimeError("access_middleware has not seen this request")
    found: Access = access
    return found


def covered(path: str, paths: Iterable[str]) -> bool:
    """Whether an organisation path lies at or below one of ``paths``; ``NATIONAL`` lies below a root only."""
    if path == NATIONAL:
        return any(held.count("/") <= 2 for held in paths)
    return bool(path) and any(path.startswith(held) for held in paths)
