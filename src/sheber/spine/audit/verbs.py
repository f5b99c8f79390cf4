"""Verbs of the audit trail: a stable code, and the sentence it is in the reader's language.

A system registers its verbs in its ``verbs.py``, found at start-up::

    verbs.register("programme.published", gettext_lazy("%(actor)s published version %(version)s of %(target)s."))

A hole is filled from ``after``, else ``before``; ``%(before_level)s`` asks for the earlier value; ``%(actor)s`` and
``%(target)s`` always stand. What is not known shows as a dash, so an old entry never breaks a page.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sheber.kit import formats
from sheber.kit.localised import LANGUAGES, LocalisedText

from .sealing import ERASED

_sentences: dict[str, str | Promise] = {}


class Told(Protocol):
    """What a sentence is made of: an entry, or a row of :mod:`sheber.spine.audit.queries`."""

    @property
    def verb(self) -> str: ...

    @property
    def target_kind(self) -> str: ...

    @property
    def target_id(self) -> str: ...

    @property
    def before(self) -> Mapping[str, Any]: ...

    @property
    def after(self) -> Mapping[str, Any]: ...


class _Holes(dict[str, str]):
    def __init__(self, values: Mapping[str, str] | None = None, *, empty: str = "–") -> None:
        super().__init__(values or {})
        self.empty = empty

    def __missing__(self, key: str) -> str:
        return self.empty


def register(code: str, sentence: str | Promise) -> None:
    """State the sentence of a verb. Raises ``ValueError`` when another sentence is registered for it."""
    if code in _sentences and str(_sentences[code]) != str(sentence):
        raise ValueError(f"the verb {code} is registered already")
    _sentences[code] = sentence


def registered() -> Mapping[str, str | Promise]:
    """Every verb and its sentence."""
    return dict(_sentences)


def verb_sentence(entry: Told, *, actor: str = "", target: str = "") -> str:
    """What the entry tells, as a sentence in the reader's language; an unregistered verb is told by its code."""
    sentence = _sentences.get(entry.verb)
    if sentence is None:
        return f"{entry.verb} {entry.target_kind} {entry.target_id}"
    holes = _Holes({f"before_{key}": shown(value) for key, value in entry.before.items()})
    for values in (entry.before, entry.after):
        holes.update({key: shown(value) for key, value in values.items()})
    holes["actor"] = actor or _("The system")
    holes["target"] = target or holes.get("name") or holes.get("title") or holes.get("code") or f"{entry.target_kind} {entry.target_id}"
    return str(sentence) % holes


def verb_label(code: str) -> str:
    """What a verb tells of in general: its sentence with the holes left open, ``… added the person ….``"""
    return str(_sentences.get(code, code)) % _Holes(empty="…")


def shown(value: Any) -> str:  # noqa: PLR0911 - one line for each kind of value
    """A recorded value as text: as the reader writes it, a dash where it is empty."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value == ERASED:
        return _("erased")
    if isinstance(value, float):
        return formats.number(value, 2)
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        return str(LocalisedText.of(value)) or "–"
    if isinstance(value, list):
        return ", ".join(shown(item) for item in value)
    return str(value)


for _code, _sentence in (
    ("audit.values_erased", gettext_lazy("%(actor)s erased what %(count)s entries of this record held about a person.")),
    ("audit.sealed", gettext_lazy("Values in the entries up to number %(entries)s were sealed, so that people can be erased later.")),
    ("organisation.created", gettext_lazy("%(actor)s added the organisation %(target)s.")),
    ("organisation.renamed", gettext_lazy("%(actor)s renamed the organisation %(before_name)s to %(name)s.")),
    ("organisation.moved", gettext_lazy("%(actor)s moved the organisation %(target)s from %(before_parent)s to %(parent)s.")),
    ("organisation.loaded", gettext_lazy("%(actor)s loaded %(count)s organisations.")),
    ("reference.loaded", gettext_lazy("%(actor)s loaded reference facts: %(target)s, %(count)s rows.")),
    ("person.created", gettext_lazy("%(actor)s added the person %(target)s.")),
    ("person.loaded", gettext_lazy("%(actor)s loaded %(count)s people.")),
    ("person.password_set", gettext_lazy("%(actor)s set a password for %(target)s.")),
    ("person.signed_in", gettext_lazy("%(actor)s signed in.")),
    ("person.signed_in_as", gettext_lazy("Somebody took the demonstration tour as %(target)s.")),
    ("person.preferences_changed", gettext_lazy("%(actor)s changed the language or the theme.")),
    ("role.granted", gettext_lazy("%(actor)s gave the role %(role)s at %(organisation)s to %(person)s.")),
    ("role.ended", gettext_lazy("%(actor)s ended the role %(role)s of %(person)s at %(organisation)s.")),
    ("framework.loaded", gettext_lazy("%(actor)s loaded the framework %(target)s with %(count)s competences.")),
    ("framework.deleted", gettext_lazy("%(actor)s deleted the draft framework %(code)s, version %(version)s.")),
    ("framework.restored", gettext_lazy("%(actor)s put back the draft framework %(code)s, version %(version)s.")),
    ("framework.published", gettext_lazy("%(actor)s published the framework %(code)s, version %(version)s.")),
    ("framework.revised", gettext_lazy(
        "%(actor)s began version %(version)s of the framework %(code)s, which replaces %(before_version)s.")),
    ("framework.archived", gettext_lazy("%(actor)s archived the framework %(code)s, version %(version)s.")),
    ("competence.changed", gettext_lazy("%(actor)s changed the competence %(code)s.")),
    ("profile.loaded", gettext_lazy("%(actor)s loaded %(count)s requirement profiles.")),
    ("evidence.recorded", gettext_lazy("%(actor)s recorded level %(level)s in %(competence)s for %(person)s.")),
    ("evidence.recorded_many", gettext_lazy("%(actor)s recorded %(count)s items of evidence.")),
    ("evidence.superseded", gettext_lazy("%(actor)s corrected an item of evidence: level %(level)s instead of %(before_level)s.")),
    ("evidence.withdrawn", gettext_lazy("%(actor)s withdrew an item of evidence with level %(before_level)s.")),
):
    register(_code, _sentence)
