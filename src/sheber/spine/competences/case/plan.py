"""A framework as it travels: what our columns hold, and what a package said beyond them, kept word for word."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from sheber.kit.localised import LocalisedText

CaseVersion = Literal["1.0", "1.1"]
EXTENSION: Final = "sheber"
"""Name of our part of ``extensions``, where CASE 1.1 leaves room for what it does not know."""
CHILD: Final = "isChildOf"
LINK_KINDS: Final = (CHILD, "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar", "hasSkillLevel",
                     "isTranslationOf")
"""Types of an association; the last one came with CASE 1.1, which also allows ``ext:…``."""
STRENGTHS: Final = {"exact": "exactMatchOf", "main": "isRelatedTo", "partial": "isRelatedTo", "replaced_by": "replacedBy"}
"""Kinds of our alignments, as CASE says them."""
WEAKEST: Final = {"exactMatchOf": "exact", "isRelatedTo": "partial", "replacedBy": "replaced_by"}
"""What an association is with us when only CASE says it; a relation of unknown strength is a partial one. Others are kept as they are."""
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sheber:case")


@dataclass(frozen=True, slots=True)
class Item:
    """A competence. ``parent`` is the identifier of the item above, empty at the top; ``extra`` are fields of CASE without a column of
    ours, ``edge`` the same of the association that puts the item below its parent."""

    identifier: str
    code: str
    title: LocalisedText
    parent: str = ""
    short_title: LocalisedText = field(default_factory=LocalisedText)
    meaning: LocalisedText = field(default_factory=LocalisedText)
    kind: str = ""
    stage: str = ""
    is_extension: bool = False
    confirmed_part: str = ""
    status_of_fact: str = "proposed"
    sources: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    edge: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """An association that is not the tree. ``strength`` is the kind of an alignment of ours, empty when we have none for it.

    ``origin`` and ``target`` are ``{"title", "identifier", "uri"}``; only their identifiers count when two plans are compared.
    """

    identifier: str
    kind: str
    origin: str
    target: str
    strength: str = ""
    status_of_fact: str = "proposed"
    sources: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    ends: Mapping[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """A framework, its items from the top down, each after the one above it, and its links by identifier."""

    identifier: str
    code: str
    version: str
    title: LocalisedText
    items: Sequence[Item]
    links: Sequence[Link] = ()
    publisher: str = ""
    note: LocalisedText = field(default_factory=LocalisedText)
    translation_origin: str = ""
    status_of_fact: str = "proposed"
    sources: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    definitions: Mapping[str, Any] = field(default_factory=dict)
    rubrics: Sequence[Any] = ()
    status: str = field(default="draft", compare=False)
    published_on: str = field(default="", compare=False)
    replaces: str = field(default="", compare=False)
    """Identifier of the document that this one replaces."""


def derived(*parts: str) -> str:
    """The identifier of what has none of its own: the same parts give the same one, here and on any other installation."""
    return str(uuid.uuid5(_NAMESPACE, "\0".join(parts)))


def document_id(code: str, version: str) -> str:
    """Of a framework in one version."""
    return derived("document", code, version)


def item_id(document: str, code: str) -> str:
    """Of an item of the document."""
    return derived("item", document, code)


def link_id(origin: str, kind: str, target: str) -> str:
    """Of an association between two identifiers."""
    return derived("association", origin, kind, target)


def kind_id(kind: str) -> str:
    """Of a type of items."""
    return derived("item type", kind)


def is_identifier(text: object) -> bool:
    """Whether it is a GUID as CASE writes it."""
    try:
        return isinstance(text, str) and len(text) == 36 and str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
