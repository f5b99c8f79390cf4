"""Public events: which entries of the record of changes webhooks may tell of, and with which fields.

An allow-list. An event goes out with the ids of who did it, what it was done to and where; a field of the entry goes out only when it is
named here, and none is named that says something about a person. A system of ``apps`` names its events in its ``events.py``::

    events.register("programme.published", _("A version is put into force."), fields=("code", "version"))
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TEST = "webhook.test"
"""Sent when somebody tries a webhook; nobody subscribes to it."""


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """``code`` is the verb of the record of changes; ``fields`` of what the entry holds go out."""

    code: str
    label: str | Promise
    fields: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        return self.code.split(".")[0]


_known: dict[str, PublicEvent] = {}


def register(code: str, label: str | Promise, *, fields: Collection[str] = ()) -> None:
    """Make an event public. Raises ``ValueError`` when it is stated twice."""
    if code in _known:
        raise ValueError(f"the event {code} is public already")
    _known[code] = PublicEvent(code, label, tuple(fields))


def known() -> Mapping[str, PublicEvent]:
    """Every public event, by code."""
    return dict(_known)


def is_public(verb: str) -> bool:
    """Whether the verb is a public event."""
    return verb in _known


def shown_fields(verb: str, *, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that go out: of ``after``, else of ``before``."""
    both = {**before, **after}
    return {name: both[name] for name in _known[verb].fields if name in both}


for _code, _label, _fields in (
    ("organisation.created", _("An organisation is added."), ("code", "kind")),
    ("organisation.renamed", _("An organisation is renamed."), ("code",)),
    ("organisation.moved", _("An organisation is moved."), ("code",)),
    ("framework.published", _("A competence framework is published."), ("code", "version")),
    ("framework.revised", _("A new version of a competence framework is begun."), ("code", "version")),
    ("framework.archived", _("A competence framework is archived."), ("code", "version")),
    ("role.granted", _("Somebody is given a role."), ()),
    ("role.ended", _("A role of somebody ends."), ()),
    ("file.attached", _("A file is attached."), ("kind", "key")),
    ("file.removed", _("A file is removed."), ("kind", "key")),
    ("evidence.recorded", _("An item of evidence is recorded."), ()),
    ("evidence.recorded_many", _("Many items of evidence are recorded at once."), ("count",)),
    ("evidence.superseded", _("An item of evidence is corrected."), ()),
    ("evidence.withdrawn", _("An item of evidence is withdrawn."), ()),
):
    register(_code, _label, fields=_fields)
