"""A CASE package to a plan. What cannot be taken is named with its place; what has no column of ours is kept, never dropped.

Not kept: when parts of the package were last changed, the order numbers, which the order of the items says, and whether it was adopted
where it comes from: here it is a draft, until somebody here publishes it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sheber.kit.exchange.files import Fault, FileError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.kit.provenance import Provenance

from .json_text import read_json
from .plan import CHILD, EXTENSION, LINK_KINDS, STRENGTHS, WEAKEST, Item, Link, Plan, is_identifier, kind_id, link_id
from .trees import Tree
from .writing import NOWHERE

MAX_ITEMS: Final = 20_000
MAX_LINKS: Final = 100_000
MAX_FAULTS: Final = 200
MAX_TEXT: Final = 20_000
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ -]{0,19}")
_DEFINITIONS: Final = ("CFConcepts", "CFSubjects", "CFLicenses", "CFItemTypes", "CFAssociationGroupings")
_KINDS: Final = {kind.casefold(): kind for kind in LINK_KINDS}
_STATUSES: Final = frozenset(Provenance.Status.values)
_DOCUMENT: Final = {"identifier", "uri", "creator", "title", "lastChangeDateTime", "publisher", "description", "language", "version",
                    "adoptionStatus", "statusStartDate", "CFPackageURI", "caseVersion", "extensions"}
_ITEM: Final = {"identifier", "uri", "fullStatement", "humanCodingScheme", "abbreviatedStatement", "notes", "CFItemType", "CFItemTypeURI",
                "language", "lastChangeDateTime", "CFDocumentURI", "extensions"}
_ASSOCIATION: Final = {"identifier", "uri", "associationType", "sequenceNumber", "originNodeURI", "destinationNodeURI",
                       "lastChangeDateTime", "CFDocumentURI", "extensions"}


@dataclass
class Reading:
    """A plan, or faults that keep it from being one; notes are what was put right on the way."""

    plan: Plan | None = None
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_package(data: bytes, *, code: str = "", version: str = "") -> Reading:
    """The plan in a package. ``code`` and ``version`` go before what it says of itself."""
    try:
        return Reader(read_json(data), code=code.strip(), version=version.strip()).read()
    except FileError as broken:
        return Reading(faults=[broken.fault])


class Reader:
    """One package on its way to a plan."""

    def __init__(self, package: Mapping[str, Any], *, code: str, version: str) -> None:
        self.package, self.code, self.version = package, code, version
        self.found = Reading()
        self.language, self.server, self.is_ours = "en", "", False

    def read(self) -> Reading:
        document = self.package.get("CFDocument")
        if not isinstance(document, dict):
            raise FileError(_("The file is no CASE package: it has to begin with CFDocument in curly brackets."))
        lists = {name: self._list(name, limit) for name, limit in (("CFItems", MAX_ITEMS), ("CFAssociations", MAX_LINKS))}
        ours = self._ours(document)
        self.is_ours, self.server = bool(ours), str(ours.get("server", ""))
        self.language = self._language(document, "CFDocument", 0)
        head = self._document(document, ours)
        items = [(place, one) for place, one in enumerate(lists["CFItems"], start=1) if isinstance(one, dict)]
        read = self._items(items, head.identifier)
        tree = Tree(head.identifier, [item.identifier for item in read], self._fault)
        links = self._associations(lists["CFAssociations"], tree)
        ordered = tree.ordered({item.identifier: item for item in read})
        self._tell(tree)
        if not self.found.faults:
            definitions, rubrics = self._definitions(ordered), self._list("CFRubrics", MAX_ITEMS)
            self.found.plan = replace(head, items=tuple(self._coded(ordered)), links=tuple(links), definitions=definitions,
                                        rubrics=tuple(rubrics), replaces=tree.replaces)
        return self.found

    def _document(self, document: Mapping[str, Any], ours: Mapping[str, Any]) -> Plan:
        identifier = self._identifier(document, "CFDocument", 0)
        title = self._text(document, "title", "CFDocument", 0, required=True)
        extra = self._extra(document, _DOCUMENT, identifier)
        version = str(document.get("version") or "")
        fit = self.version or str(ours.get("version") or "") or re.sub(r"[^A-Za-z0-9._ -]", "-", version).strip(" -._")[:20] or "1"
        if version and fit != version and not self.version and not self.is_ours:
            extra["version"] = version
        fit_code = self.code or str(ours.get("code") or "") or _code_of(title, identifier)
        for name, given, pattern in (("code", fit_code, CODE), ("version", fit, VERSION)):
            if not pattern.fullmatch(given):
                self._fault(0, name, _("“%(found)s” cannot be used: write Latin letters, digits, dots and dashes.") % {"found": given[:40]})
        publisher = str(ours["publisher"]) if "publisher" in ours else self._text(document, "publisher", "CFDocument", 0, limit=120)
        creator = self._text(document, "creator", "CFDocument", 0)
        if creator and creator != (publisher or "Sheber"):
            extra["creator"] = creator
        note = self._localised(document, "description", ours.get("note"), self.language, "CFDocument", 0)
        return Plan(identifier, fit_code, fit, self._localised(document, "title", ours.get("title"), self.language, "CFDocument", 0), (),
                    publisher=publisher, note=note, translation_origin=str(ours.get("translation_origin", ""))[:40],
                    status_of_fact=_fact(ours), sources=_sources(ours), extra=extra)

    def _items(self, items: Sequence[tuple[int, Mapping[str, Any]]], document: str) -> list[Item]:
        found, seen = [], {document: 0}
        for place, one in items:
            identifier = self._identifier(one, "CFItems", place)
            if identifier and identifier in seen:
                self._fault(place, "CFItems.identifier", _("The identifier %(id)s stands twice. Each item needs its own.") % {
                    "id": identifier})
                continue
            seen[identifier] = place
            ours = self._ours(one)
            language = self._language(one, "CFItems", place) if one.get("language") else self.language
            self._text(one, "fullStatement", "CFItems", place, required=True)
            kind = str(ours.get("kind", "")) or self._text(one, "CFItemType", "CFItems", place)
            extra = self._extra(one, _ITEM, identifier)
            if len(kind) > 30:
                extra["CFItemType"] = kind
            link = one.get("CFItemTypeURI")
            if isinstance(link, dict) and link.get("identifier") != kind_id(kind[:30]):
                extra["CFItemTypeURI"] = link
            code = self._text(one, "humanCodingScheme", "CFItems", place)
            if ours.get("code") and code != str(ours["code"]):
                extra["humanCodingScheme"] = code
            title, short_title, meaning = (
                self._localised(one, case, ours.get(name), language, "CFItems", place)
                for name, case in (("title", "fullStatement"), ("short_title", "abbreviatedStatement"), ("meaning", "notes")))
            stage = str(ours.get("stage", ""))
            found.append(Item(identifier, str(ours.get("code") or code), title, "", short_title, meaning, kind[:30],
                              stage if stage in {*"CDIO"} else "",
                              is_extension=bool(ours.get("is_extension")), confirmed_part=str(ours.get("confirmed_part", ""))[:200],
                              status_of_fact=_fact(ours), sources=_sources(ours), extra=extra))
        return found

    def _associations(self, rows: Sequence[Any], tree: Tree) -> list[Link]:
        links: dict[str, Link] = {}
        for place, one in enumerate(rows, start=1):
            if not isinstance(one, dict):
                continue
            kind = self._kind(one, place)
            ends = [self._end(one, name, place) for name in ("originNodeURI", "destinationNodeURI")]
            if not kind or not all(ends):
                continue
            origin, target = str(ends[0]["identifier"]), str(ends[1]["identifier"])
            identifier = self._identifier(one, "CFAssociations", place)
            extra = self._extra(one, _ASSOCIATION, identifier)
            if kind == "replacedBy" and target == tree.document:
                tree.replaces = origin
            elif kind == CHILD and tree.take(place, origin, target, one.get("sequenceNumber"), extra | (
                    {"identifier": identifier} if identifier != link_id(origin, CHILD, target) else {})):
                continue
            elif identifier in links:
                self._fault(place, "CFAssociations.identifier", _("The identifier %(id)s stands twice. Each association needs its own.") % {
                    "id": identifier})
            else:
                ours = self._ours(one)
                strength = str(ours.get("strength", ""))
                if STRENGTHS.get(strength) != kind:
                    strength = WEAKEST.get(kind, "")
                if isinstance(one.get("sequenceNumber"), int):
                    extra["sequenceNumber"] = one["sequenceNumber"]
                links[identifier] = Link(identifier, kind, origin, target, strength, _fact(ours), _sources(ours), extra,
                                         {"origin": ends[0], "target": ends[1]})
        return [links[identifier] for identifier in sorted(links)]

    def _kind(self, one: Mapping[str, Any], place: int) -> str:
        """As CASE spells it; other servers write ``Is Child Of`` or ``exact_match_of`` too."""
        said = one.get("associationType")
        if isinstance(said, str) and said.startswith("ext:") and re.fullmatch(r"ext:[A-Za-z0-9._-]{1,60}", said):
            return said
        kind = _KINDS.get(re.sub(r"[\s_-]", "", said).casefold(), "") if isinstance(said, str) else ""
        if not kind:
            self._fault(place, "CFAssociations.associationType", _("“%(found)s” is no type of an association. Write one of: %(known)s.") % {
                "found": str(said)[:40], "known": ", ".join(LINK_KINDS)})
        return kind

    def _end(self, one: Mapping[str, Any], name: str, place: int) -> dict[str, Any]:
        """``{"title", "identifier", "uri"}``; both ends may lie in another framework, or in no framework at all."""
        end = one.get(name)
        identifier = end.get("identifier") if isinstance(end, dict) else None
        if not isinstance(end, dict) or not isinstance(identifier, str) or not 0 < len(identifier) <= 400:
            self._fault(place, f"CFAssociations.{name}", _("Say which item the association means: title, identifier and uri."))
            return {}
        end = dict(end) | {"identifier": identifier.lower() if is_identifier(identifier) else identifier}
        if self._is_own_address(str(end.get("uri", "")), str(end["identifier"])):
            del end["uri"]
        return end

    def _coded(self, items: Sequence[Item]) -> list[Item]:
        """Every item with a code that is its own here: what the package calls it, else its place, such as 2.1.3."""
        taken = {item.code for item in items if fits(item.code)}
        used: set[str] = set()
        places: dict[str, str] = {"": ""}
        below: dict[str, int] = {}
        found, numbered = [], 0
        for item in items:
            below[item.parent] = below.get(item.parent, 0) + 1
            places[item.identifier] = f"{places[item.parent]}.{below[item.parent]}".lstrip(".")
            if fits(item.code) and item.code not in used:
                used.add(item.code)
                found.append(item)
                continue
            numbered += 1
            codes = (places[item.identifier], *(f"n{numbered}-{again}" for again in range(len(taken) + 2)))
            code = next(one for one in codes if len(one) <= 30 and one not in taken)
            taken.add(code)
            found.append(replace(item, code=code, extra={"humanCodingScheme": item.code, **item.extra}))
        if numbered:
            self.found.notes.append(ngettext(
                "%(n)s item has no code of its own that can be used: it is numbered by its place.",
                "%(n)s items have no code of their own that can be used: they are numbered by their places.", numbered) % {"n": numbered})
        return found

    def _definitions(self, items: Sequence[Item]) -> dict[str, Any]:
        """As they came, without the types of items that we make out of the items anyway."""
        said = self.package.get("CFDefinitions")
        if not isinstance(said, dict):
            return {}
        ours = {kind_id(item.kind) for item in items if item.kind}
        kept = {name: [one for one in said.get(name) or () if not (isinstance(one, dict) and one.get("identifier") in ours)]
                for name in _DEFINITIONS if isinstance(said.get(name) or (), list | tuple)}
        return {name: values for name, values in kept.items() if values}

    def _localised(self, one: Mapping[str, Any], name: str, ours: Any, language: str, part: str, place: int) -> LocalisedText:
        """The text in all languages of our own part, unless somebody has changed the plain text since."""
        text = self._text(one, name, part, place)
        kept = LocalisedText.of({code: told for code, told in ours.items() if isinstance(told, str)}) if isinstance(ours, dict) else None
        if kept is not None and kept.in_language(language)[0] == text:
            return kept
        return LocalisedText.of({**(kept or {}), language: text})

    def _text(self, one: Mapping[str, Any], name: str, part: str, place: int, *, required: bool = False, limit: int = MAX_TEXT) -> str:
        value = one.get(name)
        value = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if value in (None, "") or (isinstance(value, str) and required and not value.strip()):
            if required:
                self._fault(place, f"{part}.{name}", _("Fill in “%(name)s”.") % {"name": name})
            return ""
        if not isinstance(value, str):
            self._fault(place, f"{part}.{name}", _("“%(name)s” has to be a text.") % {"name": name})
            return ""
        if len(value) > limit:
            self._fault(place, f"{part}.{name}", _("The text is longer than %(n)s characters. Shorten it.") % {"n": limit})
        return value

    def _identifier(self, one: Mapping[str, Any], part: str, place: int) -> str:
        value = one.get("identifier")
        if is_identifier(value):
            return str(value).lower()
        self._fault(place, f"{part}.identifier", _("“%(found)s” is no identifier: a GUID is needed, like %(example)s.") % {
            "found": str(value or "")[:40], "example": "3d8cdec5-83d6-49b4-9300-91a824c59758"})
        return ""

    def _language(self, one: Mapping[str, Any], part: str, place: int) -> str:
        said = self._text(one, "language", part, place, limit=60).lower().split("-")[0]
        if said in LANGUAGES:
            return said
        if said:
            note = _("The texts are in “%(found)s”, which is none of our languages: they stand as English.") % {"found": said[:20]}
            if note not in self.found.notes:
                self.found.notes.append(note)
        return "en"

    def _extra(self, one: Mapping[str, Any], known: set[str], identifier: str) -> dict[str, Any]:
        """What has no column of ours: fields unknown to us, an address that is not ours, a language that is not, other extensions."""
        extra = {name: value for name, value in one.items() if name not in known}
        if one.get("uri") and not self._is_own_address(str(one["uri"]), identifier):
            extra["uri"] = one["uri"]
        said = str(one.get("language") or "")
        if said and said not in LANGUAGES:
            extra["language"] = said
        others = {name: value for name, value in (one.get("extensions") or {}).items() if name != EXTENSION} if isinstance(
            one.get("extensions"), dict) else {}
        return extra | ({"extensions": others} if others else {})

    def _is_own_address(self, uri: str, identifier: str) -> bool:
        return self.is_ours and (uri == f"{NOWHERE}{identifier}" or bool(self.server and uri.startswith(f"{self.server}/ims/case/")))

    @staticmethod
    def _ours(one: Mapping[str, Any]) -> Mapping[str, Any]:
        extensions = one.get("extensions")
        ours = extensions.get(EXTENSION) if isinstance(extensions, dict) else None
        return ours if isinstance(ours, dict) else {}

    def _list(self, name: str, limit: int) -> list[Any]:
        found = self.package.get(name)
        found = [] if found is None else found
        if not isinstance(found, list):
            raise FileError(_("“%(name)s” has to be a list in square brackets.") % {"name": name}, column=name)
        if len(found) > limit:
            raise FileError(_("“%(name)s” has more than %(n)s entries. Divide the framework.") % {"name": name, "n": limit}, column=name)
        for place, one in enumerate(found, start=1):
            if not isinstance(one, dict):
                self._fault(place, name, _("The entry has to be an object in curly brackets."))
        return found

    def _tell(self, tree: Tree) -> None:
        if tree.orphans:
            self.found.notes.append(ngettext(
                "%(n)s item stands below nothing: it is put at the top.", "%(n)s items stand below nothing: they are put at the top.",
                tree.orphans) % {"n": tree.orphans})
        if tree.second_parents:
            self.found.notes.append(ngettext(
                "%(n)s item stands in a second place too: that place is kept as a link.",
                "%(n)s items stand in a second place too: those places are kept as links.", tree.second_parents) % {
                    "n": tree.second_parents})

    def _fault(self, place: int, column: str, sentence: str) -> None:
        if len(self.found.faults) < MAX_FAULTS:
            self.found.faults.append(Fault(place, column, sentence))


def fits(code: str) -> bool:
    """Whether a code can stand in an address of ours and in its column."""
    return 0 < len(code) <= 30 and code == code.strip() and not re.search(r"[/\\?#%\x00-\x1f\x7f]", code) and code not in {".", ".."}


def _code_of(title: str, identifier: str) -> str:
    words = re.sub(r"[^A-Z0-9]+", "-", title.upper()).strip("-")[:40].strip("-")
    return words if len(words) > 1 else f"CASE-{identifier[:8].upper()}"


def _fact(ours: Mapping[str, Any]) -> str:
    said = str(ours.get("status_of_fact", ""))
    return said if said in _STATUSES else "proposed"


def _sources(ours: Mapping[str, Any]) -> tuple[str, ...]:
    said = ours.get("sources")
    return tuple(str(one)[:200] for one in said[:50]) if isinstance(said, list) else ()
