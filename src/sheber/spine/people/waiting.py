"""What a person should know of their roles on the home page: one that ends soon, and that the last one has ended."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit import formats
from sheber.kit.attention import Notice
from sheber.kit.localised import LocalisedText

from . import access
from .models import RoleAssignment
from .roles import ROLE_CHOICES

SOON: Final = dt.timedelta(days=14)
"""So long before its last day a role is spoken of; the letter goes out then too."""


def roles(request: HttpRequest) -> Sequence[Notice]:
    """Roles that end within two weeks; or, of somebody who holds none any more, the one that ended last.

    No query for everybody else, one for them.
    """
    today, labels = timezone.localdate(), dict(ROLE_CHOICES)
    first = access.first_end(request.user)
    if access.holds_something(request.user) and (first is None or first > today + SOON):
        return ()
    columns = ("role", "organisation__name", "starts_on", "ends_on")
    held = list(RoleAssignment.objects.filter(user=request.user.pk or 0).values_list(*columns).order_by("ends_on", "id"))
    current = [row for row in held if (row[2] is None or row[2] <= today) and (row[3] is None or row[3] >= today)]
    url = reverse("people:account")

    def said(sentence: str, role: str, place: Any, day: dt.date) -> str:
        return sentence % {"role": labels.get(role, role), "place": LocalisedText.of(place), "day": formats.date(day)}

    if not current:
        ended = [row for row in held if row[3] is not None and row[3] < today]
        return [Notice("warn", said(_("Your role %(role)s at %(place)s ended on %(day)s"), role, place, day), url,
                       _("What it opened is shut now. If you still need it, ask whoever gives roles there."), since=day)
                for role, place, _start, day in ended[-1:]]
    return [Notice("info", said(_("Your role %(role)s at %(place)s ends after %(day)s"), role, place, day), url,
                   _("If you need it longer, ask whoever gives roles there."), due=day)
            for role, place, _start, day in current if day is not None and day <= today + SOON]
