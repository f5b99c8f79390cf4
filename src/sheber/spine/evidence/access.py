"""Whose evidence may be opened by whom: one's own, and that of people at or below a node where ``evidence.view`` is held."""

from django.http import HttpRequest

from sheber.kit.access import NATIONAL, rule
from sheber.spine.people.queries import home_paths

from . import queries


def _owner(_request: HttpRequest, *, item_id: int) -> int | None:
    return queries.owner_of(item_id)


def _paths(_request: HttpRequest, *, item_id: int) -> tuple[str, ...] | None:
    """Where the person belongs; somebody who belongs nowhere (yet) is for those who look after the whole nation."""
    owner = queries.owner_of(item_id)
    return None if owner is None else home_paths(owner) or (NATIONAL,)


rule("evidence:item", permission="evidence.view", scope=_paths, owner=_owner)
