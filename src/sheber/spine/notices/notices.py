"""The one type of letter of this system: many notices in one."""

from django.utils.translation import gettext_lazy as _

from . import types

types.register("notices.digest", title=_("What is new in Sheber"), letter_only=True)
