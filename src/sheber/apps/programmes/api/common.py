"""What every operation on a version begins with."""

from django.utils.translation import gettext as _

from sheber.apps.programmes import queries
from sheber.apps.programmes.queries.versions import VersionRow
from sheber.kit.http import Request

VERSION = "/programmes/{code}/versions/{version}"
LEVEL = "Level, 0 to 5."


def version_named(request: Request, code: str, version: str, permission: str = "programme.view") -> VersionRow:
    """The version of an address, where the reader holds the permission. Raises ``LookupError``."""
    for row in queries.versions_named(code=code, version=version):
        if request.access.allowed(permission, row.organisation_path):
            return row
    raise LookupError(_("There is no such version of a programme, or it is not open to you."))
