"""Days. No database here."""

import datetime as dt
from typing import Final

DECIDED_WITHIN: Final = dt.timedelta(days=30)
"""By when a request for erasure is decided."""
