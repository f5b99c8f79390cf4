"""What every page of a programme version begins with."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit.http import Request
from sheber.spine.people.access import allowed


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool = False
    count: int | None = None
    is_bad: bool = False


def version_or_404(request: Request, code: str, version: str, *, permission: str = "programme.view") -> VersionRow:
    """The version named by an address, if the reader holds the permission where it is run."""
    for row in queries.versions_named(code=code, version=version):
        if allowed(request.user, permission, row.organisation_path):
            return row
    raise Http404(_("There is no such version of a programme, or it is not open to you."))


def may_see_inside(request: Request, row: VersionRow) -> bool:
    """Matrix, findings, students and history are open to those who study, teach or work here."""
    return allowed(request.user, "programme.view", row.organisation_path)


def may_edit(request: Request, row: VersionRow) -> bool:
    """A draft, and the right to change it."""
    return row.status == "draft" and allowed(request.user, "programme.edit", row.organisation_path)


def tabs(row: VersionRow, current: str, *, findings: int | None = None, inside: bool = True) -> list[Tab]:
    """The pages of a version; without ``inside`` only those open to readers from outside: what it promises, and the gap."""
    def address(name: str) -> str:
        return reverse(f"programmes:{name}", args=[row.code, row.version])

    overview = Tab(_("Overview and map"), address("overview"), current == "overview")
    gap = Tab(_("Gap"), address("gap"), current == "gap")
    if not inside:
        return [overview, gap]
    return [
        overview, Tab(_("Competence matrix"), address("matrix"), current == "matrix"),
        Tab(_("Findings"), address("findings"), current == "findings", findings, bool(findings)), gap,
        Tab(_("Students"), address("students"), current == "students", row.students),
        Tab(_("History"), address("history"), current == "history"),
    ]
