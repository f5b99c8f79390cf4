"""The facts of a version that the national register asks for, as label and value."""

from collections.abc import Callable, Mapping
from typing import Final

from django.utils.translation import gettext as _

from sheber.apps.programmes.models import ProgrammeVersion
from sheber.kit import formats
from sheber.spine.organisations import queries as organisations

LANGUAGE_NAMES: Final[Mapping[str, Callable[[], str]]] = {
    "kk": lambda: _("Kazakh"), "ru": lambda: _("Russian"), "en": lambda: _("English"), "zh": lambda: _("Chinese"),
    "de": lambda: _("German")}


def version_facts(version_id: int) -> list[tuple[str, str]]:
    """Label and value in the reader's language; what is not stated is left out. Two queries."""
    version = ProgrammeVersion.objects.select_related("programme__organisation__parent").get(pk=version_id)
    sectors = {row.code: row.name for row in organisations.sectors()}
    node = version.programme.organisation
    parent = node.parent if node.parent is not None and node.parent.kind != "nation" else None
    facts = [
        (_("Qualification"), str(version.qualification)),
        (_("Degree"), version.get_degree_display()),
        (_("Organisation"), ", ".join(str(one.name) for one in (node, parent) if one is not None)),
        (_("Group"), version.classifier_group),
        (_("Field, ISCED-F"), version.isced_f),
        (_("Level"), _("NQF %(nqf)s, EQF %(eqf)s") % {"nqf": version.nqf, "eqf": version.eqf}),
        (_("Languages"), ", ".join(LANGUAGE_NAMES[code]() if code in LANGUAGE_NAMES else code for code in version.languages)),
        (_("Sectors"), ", ".join(str(sectors.get(code, code)) for code in version.sectors)),
        (_("Load of a term"), _("%(least)s to %(most)s credits, %(hours)s hours a credit") % {
            "least": formats.number(version.term_load_min, 1), "most": formats.number(version.term_load_max, 1),
            "hours": version.hours_per_credit}),
        (_("Practice"), str(version.practice_note)),
        (_("Admission"), str(version.admission)),
        (_("Last saved"), formats.moment(version.updated_at)),
    ]
    return [(label, value) for label, value in facts if value]
