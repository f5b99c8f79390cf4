"""Roles of the national model and what each permits. Nothing else grants anything."""

from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PERMISSIONS: Final = (
    "organisation.view", "organisation.edit",
    "person.view", "person.edit", "role.grant",
    "framework.view", "framework.edit",
    "programme.view", "programme.edit", "programme.publish",
    "gap.view",
    "evidence.view", "evidence.record",
    "audit.view",
)

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
]
