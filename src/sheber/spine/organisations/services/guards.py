"""What every change of the tree is checked against."""

import re
from typing import Final

from django.utils.translation import gettext as _

from sheber.kit import editing
from sheber.kit.errors import DomainError
from sheber.spine.organisations.models import Organisation

RESERVED: Final = frozenset({"all", "new", "pick"})
"""Words that stand in addresses where a code would."""
CODE: Final = re.compile(r"[A-Za-z0-9\u0400-\u04ff][A-Za-z0-9\u0400-\u04ff._-]*")


def code_fits(code: str, *, besides: int | None = None) -> None:
    """Raises ``DomainError``: ``organisation_code_bad``, ``organisation_code_taken``, both with detail ``fields``."""
    sentence = ""
    if not CODE.fullmatch(code) or len(code) > 40 or code.casefold() in RESERVED:
        name, sentence = "organisation_code_bad", _("A code has at most 40 letters, digits, dots, dashes and underscores.")
    elif Organisation.objects.filter(code__iexact=code).exclude(pk=besides or 0).exists():
        name, sentence = "organisation_code_taken", _("Another organisation has the code %(code)s.") % {"code": code}
    if sentence:
        raise DomainError(name, sentence, organisation_code=code, fields={"code": [sentence]})


def not_stale(organisation: Organisation, edit_version: int | None) -> None:
    """Raises ``DomainError("stale")`` when somebody saved after ``edit_version`` was read; ``None``: nothing was read."""
    editing.not_stale(edit_version, organisation.edit_version)


def parent_fits(parent: Organisation | None) -> None:
    """Raises ``DomainError("organisation_closed")``: nothing open stands below what is closed."""
    if parent is not None and not parent.is_active:
        sentence = _("The organisation above is closed. Open it first, or choose another one.")
        raise DomainError("organisation_closed", sentence, fields={"parent": [sentence]})
