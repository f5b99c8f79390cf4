"""Where the parts of a gap bar stand. Positions are per cent of the width: x = 1 + 19.6 × level."""

from dataclasses import dataclass
from typing import Final

SCALE: Final = 19.6
ORIGIN: Final = 1.0
LEVELS: Final = (0, 1, 2, 3, 4, 5)
HALF_LEVELS: Final = (0.5, 1.5, 2.5, 3.5, 4.5)


def position(level: float) -> str:
    """SVG x of a level 0–5, clipped to the scale; always with a decimal point.

    >>> position(3.8)
    '75.48%'
    """
    return f"{ORIGIN + SCALE * min(max(level, 0.0), 5.0):.2f}%"


def length(level: float) -> str:
    """SVG width of a bar that begins at level 0.

    >>> length(4)
    '78.40%'
    """
    return f"{SCALE * min(max(level, 0.0), 5.0):.2f}%"


@dataclass(frozen=True)
class GapBar:
    """Levels 0–5 of one competence; what is not known is ``None``.

    ``attained`` with ``low`` and ``high`` (its interval), ``planned`` by the programme, ``required`` by the engineer
    type, ``occupation``: required by an occupation.
    """

    attained: float | None = None
    low: float | None = None
    high: float | None = None
    required: float | None = None
    planned: float | None = None
    occupation: float | None = None

    @property
    def is_gap(self) -> bool:
        """The whole interval lies below what is required; a value without an interval is its own interval."""
        if self.attained is None or self.required is None:
            return False
        top = self.attained if self.high is None else max(self.high, self.attained)
        return top < self.required

    @property
    def is_met(self) -> bool:
        """The value reaches what is required."""
        return self.attained is not None and self.required is not None and self.attained >= self.required

    @property
    def verdict(self) -> str:
        """``gap``, ``met``, ``within``, ``not_assessed`` or ``no_target``: stable codes."""
        if self.required is None:
            return "no_target"
        if self.attained is None:
            return "not_assessed"
        return "gap" if self.is_gap else "met" if self.is_met else "within"

    @property
    def hatched_to(self) -> float | None:
        """Not assessed: hatched as far as planned or required, never drawn as zero."""
        if self.attained is not None:
            return None
        return self.planned if self.planned is not None else self.required
