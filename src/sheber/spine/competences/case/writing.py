"""A plan to a CASE package. Source: 1EdTech, Competencies and Academic Standards Exchange, service 1.0 (2017) and 1.1 (2024).

CASE 1.0 has one language and knows nothing beyond its fields: such a package says less. In 1.1 the other languages, and the facts that
CASE does not know, stand in ``extensions``; a package of 1.1 comes back as the same framework.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sheber.kit.localised import LocalisedText

from .plan import CHILD, EXTENSION, CaseVersion, Item, Link, Plan, kind_id, link_id

STATUSES: Final = {"draft": "Draft", "published": "Adopted", "archived": "Deprecated"}
PATHS: Final = {"1.0": "ims/case/v1p0", "1.1": "ims/case/v1p1"}
NOWHERE: Final = "urn:uuid:"
"""Begin of an address when the server has none: a name that is unique, and opens nowhere."""


class Writer:
    """Parts of the package of one plan.

    Parameters
    ----------
    moment : str
        When the package was last changed, ISO 8601 with an offset.
    server : str
        Address of this installation without a slash at its end; empty gives names instead of addresses.
    language : str
        In which the plain texts are told: kk, ru or en; where a text lacks it, in another one, which then is named.
    """

    def __init__(self, plan: Plan, *, version: CaseVersion, moment: str, server: str = "", language: str = "en") -> None:
        self.plan, self.version, self.moment, self.server, self.language = plan, version, moment, server, language
        self.by_id = {item.identifier: item for item in plan.items}

    def package(self) -> dict[str, Any]:
        """All of it: ``CFDocument``, ``CFItems``, ``CFAssociations``, ``CFDefinitions``, ``CFRubrics``."""
        found = {"CFDocument": self.document(), "CFItems": [self.item(one) for one in self.plan.items],
                 "CFAssociations": self.associations(), "CFDefinitions": self.definitions()}
        return found | ({"CFRubrics": list(self.plan.rubrics)} if self.plan.rubrics else {})

    def document(self) -> dict[str, Any]:
        """``CFDocument``; its address and that of its package."""
        plan, (title, language) = self.plan, self._told(self.plan.title)
        note, _language = self._told(plan.note, language)
        found = {"identifier": plan.identifier, "uri": self.uri("CFDocuments", plan.identifier), "creator": plan.publisher or "Sheber",
                 "title": title, "lastChangeDateTime": self.moment, "publisher": plan.publisher, "description": note,
                 "language": language, "version": plan.version, "adoptionStatus": STATUSES[plan.status],
                 "statusStartDate": plan.published_on,
                 "CFPackageURI": {"title": title, "identifier": plan.identifier, "uri": self.uri("CFPackages", plan.identifier)}}
        if self.version == "1.1":
            found["caseVersion"] = "1.1"
        ours = {"server": self.server, "code": plan.code, "version": plan.version, "publisher": plan.publisher, "title": dict(plan.title),
                "note": dict(plan.note), "translation_origin": plan.translation_origin, "status_of_fact": plan.status_of_fact,
                "sources": list(plan.sources)}
        return self._filled(found, plan.extra, ours)

    def item(self, item: Item) -> dict[str, Any]:
        """A ``CFItem``, without what stands in the associations."""
        title, language = self._told(item.title)
        short, _language = self._told(item.short_title, language)
        meaning, _language = self._told(item.meaning, language)
        found = {"identifier": item.identifier, "uri": self.uri("CFItems", item.identifier), "fullStatement": title,
                 "humanCodingScheme": item.code, "abbreviatedStatement": short, "notes": meaning, "CFItemType": item.kind,
                 "language": language, "lastChangeDateTime": self.moment,
                 "CFDocumentURI": self.link_to_document()}
        if item.kind:
            found["CFItemTypeURI"] = self._link(item.kind, kind_id(item.kind), self.uri("CFItemTypes", kind_id(item.kind)))
        ours = {"code": item.code, "title": dict(item.title), "short_title": dict(item.short_title), "meaning": dict(item.meaning),
                "kind": item.kind, "stage": item.stage, "is_extension": item.is_extension, "confirmed_part": item.confirmed_part,
                "status_of_fact": item.status_of_fact, "sources": list(item.sources)}
        return self._filled(found, item.extra, ours)

    def associations(self) -> list[dict[str, Any]]:
        """The tree first, in its order, then the links, then what the document replaces."""
        below: dict[str, int] = defaultdict(int)
        found = []
        for item in self.plan.items:
            below[item.parent] += 1
            parent = self.by_id.get(item.parent)
            target = self.link_to_item(parent) if parent else self.link_to_document()
            link = {"identifier": link_id(item.identifier, CHILD, target["identifier"]), "associationType": CHILD,
                    "sequenceNumber": below[item.parent], "originNodeURI": self.link_to_item(item), "destinationNodeURI": target}
            found.append(self._association(link, item.edge, {}))
        found += [self.link(one) for one in self.plan.links]
        if self.plan.replaces:
            link = {"identifier": link_id(self.plan.replaces, "replacedBy", self.plan.identifier), "associationType": "replacedBy",
                    "originNodeURI": self._link("CFDocument", self.plan.replaces, self.uri("CFDocuments", self.plan.replaces)),
                    "destinationNodeURI": self.link_to_document()}
            found.append(self._association(link, {}, {}))
        return found

    def link(self, link: Link) -> dict[str, Any]:
        """A ``CFAssociation`` that is not the tree."""
        found = {"identifier": link.identifier, "associationType": link.kind, "originNodeURI": self._end(link, link.origin, "origin"),
                 "destinationNodeURI": self._end(link, link.target, "target")}
        ours = {"strength": link.strength, "status_of_fact": link.status_of_fact, "sources": list(link.sources)}
        return self._association(found, link.extra, ours)

    def definitions(self) -> dict[str, Any]:
        """The types of items, those of the package that was brought in and ours, and all other definitions of that package."""
        kept = {name: list(values) for name, values in self.plan.definitions.items()}
        kinds = dict.fromkeys(item.kind for item in self.plan.items if item.kind and "CFItemTypeURI" not in item.extra)
        ours = [{"identifier": kind_id(kind), "uri": self.uri("CFItemTypes", kind_id(kind)), "title": kind, "description": kind,
                 "hierarchyCode": str(place), "lastChangeDateTime": self.moment} for place, kind in enumerate(kinds, start=1)]
        if ours:
            kept["CFItemTypes"] = [*kept.get("CFItemTypes", ()), *ours]
        return kept

    def uri(self, kind: str, identifier: str) -> str:
        """Where it opens: ``https://…/ims/case/v1p1/CFItems/…``."""
        return f"{self.server}/{PATHS[self.version]}/{kind}/{identifier}" if self.server else f"{NOWHERE}{identifier}"

    def link_to_document(self) -> dict[str, str]:
        own = str(self.plan.extra.get("uri") or self.uri("CFDocuments", self.plan.identifier))
        return self._link(self._told(self.plan.title)[0], self.plan.identifier, own)

    def link_to_item(self, item: Item) -> dict[str, str]:
        title = f"{item.code} {self._told(item.title)[0]}"[:200]
        return self._link(title, item.identifier, str(item.extra.get("uri") or self.uri("CFItems", item.identifier)))

    def _end(self, link: Link, identifier: str, name: str) -> dict[str, str]:
        if identifier in self.by_id:
            return self.link_to_item(self.by_id[identifier])
        kept = link.ends.get(name, {})
        return self._link(str(kept.get("title", "")) or identifier, identifier,
                          str(kept.get("uri", "")) or self.uri("CFItems", identifier)) | {
            name: value for name, value in kept.items() if name == "targetType" and self.version == "1.1"}

    @staticmethod
    def _link(title: str, identifier: str, uri: str) -> dict[str, str]:
        return {"title": title, "identifier": identifier, "uri": uri}

    def _association(self, found: dict[str, Any], extra: Mapping[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
        more = {"uri": self.uri("CFAssociations", str(extra.get("identifier") or found["identifier"])), "lastChangeDateTime": self.moment,
                "CFDocumentURI": self.link_to_document()}
        return self._filled(found | more, extra, ours)

    def _filled(self, found: Mapping[str, Any], extra: Mapping[str, Any], ours: Mapping[str, Any]) -> dict[str, Any]:
        """Without empty fields; what a package said goes before what we work out; our own part in 1.1 only."""
        whole = {name: value for name, value in {**found, **extra}.items() if value not in ("", [], {}, None)
                 or (name in extra and value != "")}
        if self.version == "1.0":
            return {name: value for name, value in whole.items() if name not in {"extensions", "caseVersion", "frameworkType"}}
        told = {name: value for name, value in ours.items() if value not in ("", [], {}, None, False)}
        if told:
            whole["extensions"] = {**(whole.get("extensions") or {}), EXTENSION: told}
        return whole

    def _told(self, text: LocalisedText, language: str = "") -> tuple[str, str]:
        return text.in_language(language or self.language)


def package_of(plan: Plan, *, version: CaseVersion = "1.1", moment: str, server: str = "", language: str = "en") -> dict[str, Any]:
    """The whole package; see :class:`Writer`."""
    return Writer(plan, version=version, moment=moment, server=server, language=language).package()
