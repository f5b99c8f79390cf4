"""What people are told about their roles, and the letter of an invitation."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sheber.spine.notices import types
from sheber.spine.notices.rules.wording import shown

from .roles import ROLE_CHOICES

_LABELS = dict(ROLE_CHOICES)


def _role(params: Mapping[str, Any]) -> dict[str, str]:
    return {"role": str(_LABELS.get(str(params.get("role")), "–")), "place": shown(params.get("place")), "day": shown(params.get("day"))}


def _granted(params: Mapping[str, Any]) -> str:
    if params.get("day"):
        return gettext("%(role)s at %(place)s, until %(day)s") % _role(params)
    return gettext("%(role)s at %(place)s") % _role(params)


def _ends(params: Mapping[str, Any]) -> str:
    return gettext("%(role)s at %(place)s: the last day is %(day)s") % _role(params)


types.register("people.invitation", title=_("Invitation to Sheber"), letter_only=True)
types.register("role.granted", title=_("You were given a role"), explanation=_("When somebody gives you a role, or other dates for one."),
               sentence=_granted, letters="at_once")
types.register("role.ended", title=_("A role of yours ends"), explanation=_("When somebody ends a role of yours before its day."),
               sentence=_ends, letters="at_once")
types.register("role.ending", title=_("A role of yours ends soon"), explanation=_("Two weeks before the last day of a role."),
               sentence=_ends, letters="at_once")
types.register("account.password_changed", title=_("Your password was changed"),
               explanation=_("When your password is changed or set anew."),
               sentence=_("The password of your account was changed. Other sessions have ended."), mandatory=True)
types.register("account.email_changed", title=_("Your e-mail address was changed"),
               explanation=_("When the address of your account is changed; the letter goes to the one before."),
               sentence=_("Your account has another e-mail address from now on. Sign in with it. Sessions have ended."), mandatory=True)
