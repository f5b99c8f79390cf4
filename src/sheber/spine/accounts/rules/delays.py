"""How long the next attempt waits after so many failures. No wait is for good."""

import datetime as dt
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Delay:
    """``free`` failures cost nothing; then ``first_s`` seconds, doubled each time, at most ``longest_s``. A count is forgotten
    ``forget_s`` seconds after its last failure."""

    free: int
    first_s: int
    longest_s: int
    forget_s: int

    def after(self, failures: int) -> dt.timedelta:
        """The wait after this many failures."""
        if failures < self.free:
            return dt.timedelta()
        doubled = self.first_s << min(failures - self.free, 20)
        return dt.timedelta(seconds=min(doubled, self.longest_s))


PAIR: Final = Delay(free=5, first_s=30, longest_s=15 * 60, forget_s=24 * 3600)
"""One account from one address."""
ACCOUNT: Final = Delay(free=20, first_s=5, longest_s=60, forget_s=24 * 3600)
"""One account from all addresses together. Short: whoever guesses from many places must not keep its owner out."""
CODE: Final = Delay(free=10, first_s=30, longest_s=15 * 60, forget_s=24 * 3600)
"""Codes of the second step of one account, from all addresses together. Longer than :data:`ACCOUNT`: a code is short, and only those
come here who know the password."""
ADDRESS: Final = Delay(free=50, first_s=30, longest_s=15 * 60, forget_s=3600)
"""One address for all accounts. Many: a whole university may stand behind it."""
LETTER: Final = Delay(free=3, first_s=600, longest_s=3600, forget_s=24 * 3600)
"""Letters with a link to one account."""
LETTERS: Final = Delay(free=30, first_s=600, longest_s=3600, forget_s=3600)
"""Letters asked for from one address."""
FAMILIAR_DAYS: Final = 90
