"""Whose evidence may be opened by whom: one's own, and that of people at or below a node where ``evidence.view`` is held."""

from django.http import HttpRequest

from sheber.kit.access import NATIONAL, rule
from sheber.spine.people.queries import home_paths, person

from . import queries


def _owner(_request: HttpRequest, *, item_id: int) -> int | None:
    return queries.owner_of(item_id)


def _paths(_request: HttpRequest, *, item_id: int) -> tuple[str, ...] | None:
    """Where the person belongs; somebody who belongs nowhere (yet) is for those who look after the whole nation."""
    owner = queries.owner_of(item_id)
    return None if owner is None else home_paths(owner) or (NATIONAL,)


rule("evidence:item", permission="evidence.view", scope=_paths, owner=_owner)
rule("api-v1:evidence_item", permission="evidence.view", scope=_paths, owner=_owner)


def _person(_request: HttpRequest, *, person_id: int) -> int:
    return person_id


def _person_paths(_request: HttpRequest, *, person_id: int) -> tuple[str, ...] | None:
    return home_paths(person_id) or (None if person(person_id) is None else (NATIONAL,))


rule("api-v1:evidence_ledger", permission="evidence.view", scope=_person_paths, owner=_person)
rule("api-v1:evidence_record", permission="evidence.record")     # the view looks where the person belongs
rule("api-v1:evidence_supersede", permission="evidence.record", scope=_paths)
rule("api-v1:evidence_withdraw", permission="evidence.record", scope=_paths)
