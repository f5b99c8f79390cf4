"""How long a letter that did not leave waits, and when it is given up."""

from typing import Final

FIRST_S: Final = 60.0
LONGEST_S: Final = 4 * 3600.0
JITTER_SHARE: Final = 0.2
MOST_ATTEMPTS: Final = 20
"""About two days."""


def longest_wait_s(attempts: int) -> float:
    """The longest a letter may have to wait after ``attempts`` attempts; one that is to wait longer was put off by another clock."""
    return min(FIRST_S * 2.0 ** min(max(attempts, 1) - 1, 20), LONGEST_S) * (1 + JITTER_SHARE) if attempts else 0.0


def next_wait_s(attempts: int, *, chance: float) -> float | None:
    """Seconds until the next attempt after ``attempts`` of them; ``None`` when that was the last.

    1, 2, 4 … minutes, four hours at most; ``chance`` 0..1 spreads them by a fifth either way, so that letters which were refused
    together do not come back together.
    """
    if attempts >= MOST_ATTEMPTS:
        return None
    return min(FIRST_S * 2.0 ** min(max(attempts, 1) - 1, 20), LONGEST_S) * (1 + JITTER_SHARE * (2 * chance - 1))
