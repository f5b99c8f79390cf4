"""Days and purposes. No database here."""

import datetime as dt
from typing import Final

from django.utils.translation import gettext_lazy as _

from sheber.kit.consent import purpose

DECIDED_WITHIN: Final = dt.timedelta(days=30)
"""By when a request for erasure is decided."""

purpose("profile.enterprises", version=1, title=_("Show my profile to enterprises"), text=_(
    "Enterprises that look for people may see my name and the competences I have shown."))
purpose("data.research", version=1, title=_("Use my data for research"), text=_(
    "Researchers of the universities may use my evidence and study data. Results name nobody."))
purpose("news.email", version=1, title=_("Send me news by e-mail"), text=_(
    "Sheber may write to my e-mail address about events, places and offers that are not about my own work here."))
