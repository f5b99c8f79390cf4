"""What every operation on a version begins with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit.api import Prose
from sheber.kit.errors import DomainError
from sheber.kit.http import Request

VERSION = "/programmes/{code}/versions/{version}"
LEVEL = "Level, 0 to 5."
READ = "The one read with the version; 409 `stale` when somebody saved since."
Degree = Literal["college", "applied_bachelor", "bachelor", "master_profile", "master_scientific", "doctor"]
System = Literal["semester", "quarter"]


def version_named(request: Request, code: str, version: str, permission: str = "programme.view") -> VersionRow:
    """The version of an address, where the reader holds the permission. Raises ``LookupError``."""
    for row in queries.versions_named(code=code, version=version):
        if request.access.allowed(permission, row.organisation_path):
            return row
    raise LookupError(_("There is no such version of a programme, or it is not open to you."))


class Removal(Schema):
    """What a removal is sent with."""

    edit_version: int = Field(ge=0, lt=2**31, description=READ)
    reason: Prose = ""


@contextmanager
def course_in_address(course: str) -> Iterator[None]:
    """A course that only the address names and that is not there: ``LookupError``, as for every address that leads nowhere."""
    try:
        yield
    except DomainError as no:
        if no.code == "unknown_course" and no.detail.get("course") == course:
            raise LookupError(str(no.message)) from no
        raise
