"""Roles of the national model and what each permits. Nothing else grants anything.

A permission is held *at the node* of the role and below it, or *nation-wide* where the role looks beyond its own house: an
enterprise has to see what a programme promises, and a ministry has to see all programmes, yet neither sees a named student.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PERMISSIONS: Final = (
    "organisation.view", "organisation.edit",
    "document.view", "document.edit",
    "person.view", "person.edit", "role.grant",
    "framework.view", "framework.edit",
    "programme.overview", "programme.view", "programme.edit", "programme.publish",
    "gap.view", "profile.view",
    "evidence.view", "evidence.record",
    "audit.view",
    "operation.manage",
)
"""``programme.overview``: what a programme promises; a draft is shown as a draft. ``programme.view``: its inside (matrix, checks).
``document.view``: files attached to an organisation. ``gap.view``: figures of a programme or a cohort, never a named person.
``profile.view``: the profile of whoever agrees that enterprises see it. ``person.view``: names; ``evidence.view``: a person's ledger."""

ROLE_CHOICES: Final = [
    ("administrator", _("Administrator")),
    ("student", _("Student")),
    ("teacher", _("Teacher")),
    ("supervisor", _("Project supervisor")),
    ("programme_director", _("Programme director")),
    ("enterprise_engineer", _("Enterprise engineer (mentor)")),
    ("hr", pgettext_lazy("role", "HR specialist of an enterprise")),
    ("lab_manager", _("Lab manager")),
    ("lab_technician", _("Lab technician")),
    ("researcher", _("Researcher")),
    ("data_scientist", _("Data scientist")),
    ("safety_engineer", _("Safety engineer")),
    ("network_coordinator", _("Network coordinator")),
    ("quality_officer", _("Quality officer")),
    ("careers_officer", _("Careers officer")),
    ("ministry_analyst", _("Ministry analyst")),
    ("external_reviewer", _("External reviewer")),
]
ROLES: Final = tuple(code for code, _label in ROLE_CHOICES)


@dataclass(frozen=True, slots=True)
class Grants:
    """What a role permits at its node and below, and what it permits in the whole nation."""

    at_node: frozenset[str] = frozenset()
    nation_wide: frozenset[str] = frozenset()


_EVERYONE = frozenset({"organisation.view", "framework.view", "programme.overview"})
_INSIDE = frozenset({"programme.view", "gap.view"})
_HERE = _INSIDE | {"document.view"}
_PERSONS = _HERE | {"person.view", "evidence.view"}
_ASSESSOR = _PERSONS | {"evidence.record"}
_LAB = frozenset({"document.view", "programme.view", "person.view", "evidence.record"})

ROLE_GRANTS: Final[dict[str, Grants]] = {
    "administrator": Grants(at_node=frozenset(PERMISSIONS), nation_wide=_EVERYONE),
    "student": Grants(at_node=_HERE, nation_wide=_EVERYONE),
    "teacher": Grants(at_node=_ASSESSOR, nation_wide=_EVERYONE),
    "supervisor": Grants(at_node=_ASSESSOR, nation_wide=_EVERYONE),
    "programme_director": Grants(at_node=_ASSESSOR | {"document.edit", "programme.edit", "programme.publish", "audit.view"},
                                 nation_wide=_EVERYONE),
    "enterprise_engineer": Grants(nation_wide=_EVERYONE | {"gap.view", "profile.view"}),
    "hr": Grants(nation_wide=_EVERYONE | {"gap.view", "profile.view"}),
    "lab_manager": Grants(at_node=_LAB | {"document.edit"}, nation_wide=_EVERYONE),
    "lab_technician": Grants(at_node=_LAB, nation_wide=_EVERYONE),
    "researcher": Grants(at_node=_HERE, nation_wide=_EVERYONE),
    "data_scientist": Grants(at_node=_HERE, nation_wide=_EVERYONE),
    "safety_engineer": Grants(at_node=_HERE, nation_wide=_EVERYONE),
    "network_coordinator": Grants(nation_wide=_EVERYONE | _INSIDE),
    "quality_officer": Grants(at_node=_PERSONS | {"document.edit", "audit.view"}, nation_wide=_EVERYONE),
    "careers_officer": Grants(at_node=_PERSONS, nation_wide=_EVERYONE),
    "ministry_analyst": Grants(nation_wide=_EVERYONE | _INSIDE),
    "external_reviewer": Grants(at_node=_HERE, nation_wide=_EVERYONE),
}
