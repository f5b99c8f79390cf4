"""Frameworks that stand here, as plans, and the identifiers they are known by."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from sheber.kit.localised import LocalisedText

from ..models import Alignment, CaseFramework, CaseItem, Competence, Framework, Publication
from .plan import STRENGTHS, Item, Link, Plan, document_id, is_identifier, item_id, link_id

_ITEM = ("pk", "parent_id", "code", "title", "short_title", "meaning", "kind", "stage", "is_extension", "confirmed_part", "status_of_fact",
         "sources", "case__identifier", "case__extra", "case__edge")
_END = ("code", "title", "framework_id", "framework__code", "framework__version", "framework__case__identifier", "case__identifier",
        "case__extra")


def identifier_of(framework: Framework) -> str:
    """What its document is known by: what it came with, else what follows from its code and version."""
    kept = CaseFramework.objects.filter(framework=framework).values_list("identifier", flat=True).first()
    return str(kept) if kept else document_id(framework.code, framework.version)


def plan_of(framework: Framework) -> Plan:
    """All of a framework; five queries."""
    kept = CaseFramework.objects.filter(framework=framework).first()
    document = str(kept.identifier) if kept else document_id(framework.code, framework.version)
    rows = list(Competence.objects.filter(framework=framework).order_by("sort", "code").values_list(*_ITEM))
    ids = {key: str(identifier) if identifier else item_id(document, code) for key, _up, code, *_rest, identifier, _extra, _edge in rows}
    items = {key: Item(ids[key], code, title, ids.get(up or 0, ""), short, meaning, kind, stage, is_extension, confirmed, fact,
                       tuple(sources), extra or {}, edge or {})
             for key, up, code, title, short, meaning, kind, stage, is_extension, confirmed, fact, sources, _case, extra, edge in rows}
    earlier = Framework.objects.filter(pk=framework.replaces_id).first() if framework.replaces_id else None
    return Plan(document, framework.code, framework.version, LocalisedText.of(framework.title), tuple(_from_the_top(rows, items)),
                tuple(_links(framework, ids, kept.links if kept else [])), framework.publisher, LocalisedText.of(framework.note),
                framework.translation_origin, framework.status_of_fact, tuple(framework.sources), kept.extra if kept else {},
                kept.definitions if kept else {}, tuple(kept.rubrics) if kept else (), framework.status,
                framework.published_at.date().isoformat() if framework.published_at else "", identifier_of(earlier) if earlier else "")


def _from_the_top(rows: Iterable[tuple[Any, ...]], items: dict[int, Item]) -> list[Item]:
    """Each below its parent, among themselves in the order of the framework."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for key, up, *_rest in rows:
        below[up].append(key)
    found, waiting = [], below[None][::-1]
    while waiting:
        key = waiting.pop()
        found.append(items[key])
        waiting += below[key][::-1]
    return found


def _links(framework: Framework, ids: dict[int, str], kept: list[dict[str, Any]]) -> list[Link]:
    """Alignments from here, told as the package told them where it did; and its other associations. An alignment that is gone here is
    gone from the package too."""
    standing: dict[tuple[str, str], tuple[str, str, list[str], dict[str, Any]]] = {}
    columns = ("origin_id", "target_id", "kind", "status_of_fact", "sources", *(f"target__{name}" for name in _END))
    for origin, target, kind, fact, sources, code, title, place, framework_code, version, document, identifier, extra in (
            Alignment.objects.filter(origin__framework=framework).order_by("origin__sort", "target").values_list(*columns)):
        known = ids.get(target) if place == framework.pk else None
        key = known or str(identifier or item_id(str(document) if document else document_id(framework_code, version), code))
        end = {"title": f"{code} {title}"[:200], "identifier": key, **({"uri": extra["uri"]} if extra and extra.get("uri") else {})}
        standing[ids[origin], key] = (kind, fact, sources, {"target": end})
    found = []
    for row in kept:
        link = Link(**row)
        stands = standing.pop((link.origin, link.target), None) if link.strength else None
        if stands is not None:
            kind, fact, sources, ends = stands
            said = link.kind if link.strength == kind else STRENGTHS[kind]
            found.append(Link(link.identifier, said, link.origin, link.target, kind, fact, tuple(sources), link.extra,
                              {**ends, **link.ends}))
        elif not row.get("ends", {}).get("was_here"):
            found.append(Link(**{**row, "sources": tuple(link.sources)}))
    found += [Link(link_id(origin, STRENGTHS[kind], target), STRENGTHS[kind], origin, target, kind, fact, tuple(sources), {}, ends)
              for (origin, target), (kind, fact, sources, ends) in standing.items()]
    return sorted(found, key=lambda one: one.identifier)


def competences_by_identifier(identifiers: Iterable[str]) -> dict[str, int]:
    """Which of them are competences of published frameworks here, in force before archived; four queries.

    Identifiers that follow from codes are worked out for every competence: some thousands, in milliseconds.
    """
    wanted = {one for one in identifiers if is_identifier(one)}
    if not wanted:
        return {}
    found: dict[str, int] = {}
    published = Q(competence__framework__status=Publication.PUBLISHED) | Q(competence__framework__status=Publication.ARCHIVED)
    kept = CaseItem.objects.filter(published).order_by("competence__framework__status", "competence")      # archived < published
    found |= {str(identifier): key for identifier, key in kept.values_list("identifier", "competence_id") if str(identifier) in wanted}
    if wanted <= set(found):
        return found
    documents = {key: str(identifier) for key, identifier in CaseFramework.objects.values_list("framework_id", "identifier")}
    derived = Competence.objects.filter(case=None).exclude(framework__status=Publication.DRAFT).order_by("framework__status")
    for key, code, framework, framework_code, version in derived.values_list("pk", "code", "framework_id", "framework__code",
                                                                             "framework__version"):
        identifier = item_id(documents.get(framework) or document_id(framework_code, version), code)
        if identifier in wanted:
            found.setdefault(identifier, key)
    return found


def framework_with(identifier: str) -> Framework | None:
    """The published or archived framework of this document, in force before archived, newest first; two queries."""
    if not is_identifier(identifier):
        return None
    seen = Framework.objects.exclude(status=Publication.DRAFT)
    kept = seen.filter(case__identifier=uuid.UUID(identifier)).order_by("-status", "-published_at", "-pk").first()
    if kept is not None:
        return kept
    derived = seen.filter(case=None).order_by("-status", "-pk")
    return next((one for one in derived if document_id(one.code, one.version) == identifier.lower()), None)
