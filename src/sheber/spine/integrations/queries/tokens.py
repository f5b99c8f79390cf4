"""One's tokens."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import pgettext

from sheber.kit.localised import LocalisedText

from ..models import ApiToken


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its owner sees it: everything but the token."""

    id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    organisation_code: str | None
    organisation_name: LocalisedText | None
    created_at: dt.datetime
    expires_at: dt.datetime
    last_used_at: dt.datetime | None
    revoked_at: dt.datetime | None

    @property
    def state(self) -> str:
        """``active``, ``expired`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        return "active" if self.expires_at > timezone.now() else "expired"

    @property
    def is_active(self) -> bool:
        return self.state == "active"

    @property
    def state_label(self) -> str:
        return {"active": pgettext("state of a token", "in force"), "expired": pgettext("state of a token", "expired"),
                "revoked": pgettext("state of a token", "revoked")}[self.state]

    @property
    def last_day(self) -> dt.date:
        """The last day on which it works."""
        return timezone.localtime(self.expires_at - dt.timedelta(seconds=1)).date()


def token_rows(owner_id: int) -> tuple[TokenRow, ...]:
    """All tokens of a person, newest first; one query."""
    found = ApiToken.objects.filter(owner_id=owner_id).order_by("-id").values_list(
        "id", "name", "prefix", "scopes", "organisation__code", "organisation__name", "created_at", "expires_at", "last_used_at",
        "revoked_at")
    return tuple(TokenRow(key, name, prefix, tuple(scopes), *rest) for key, name, prefix, scopes, *rest in found)
