"""How long work that failed waits before it is tried again."""

from typing import Final

FIRST_S: Final = 10.0
GROWTH: Final = 3.0
LONGEST_S: Final = 3600.0
JITTER_SHARE: Final = 0.1


def next_wait_s(attempts: int, *, max_attempts: int, chance: float) -> float | None:
    """Seconds until the next attempt after ``attempts`` of them; ``None`` when that was the last.

    10 s, 30 s, 90 s … one hour at most; ``chance`` 0..1 spreads them by a tenth either way, so that what failed together does not come
    back together.
    """
    if attempts >= max_attempts:
        return None
    longest = LONGEST_S / FIRST_S                                   # compared before the power grows out of all numbers
    steps = max(attempts, 1) - 1
    factor = GROWTH ** min(steps, 20)
    return min(factor, longest) * FIRST_S * (1 + JITTER_SHARE * (2 * chance - 1))
