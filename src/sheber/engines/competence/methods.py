"""Declared, versioned methods of attainment. A method never changes: a change of a constant is a new version."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from sheber.engines.errors import EngineInputError

MethodKind = Literal["weighted", "latest", "highest", "n_times", "decaying"]

SETTINGS = ("course", "industrial_task", "machine_induction", "bench_fault", "research", "workplace", "employer_rating")
"""Kinds of setting in the order of their index."""


@dataclass(frozen=True, slots=True)
class Method:
    """How evidence becomes attainment.

    Parameters
    ----------
    id, version : str
        Printed beside every figure; ``key`` joins them.
    kind : str
        Which formula; see ``docs/explanation/attainment.md``.
    setting_weights : tuple of float, one per entry of SETTINGS
        Precision of one observation of that setting, relative to a course assessment = 1. Proposed, for validation.
    half_life_days : float, optional
        Age at which an observation counts half; empty: age does not matter.
    recency_floor : float, 0..1
        Recency never falls below this, so old evidence fades without vanishing.
    prior_sd, prior_df : float, levels
        What is believed of the spread between raters before any evidence, and how many observations that belief is worth.
    confidence : float, 0..1
        Coverage of the interval.
    latest_share : float, 0..1
        Decaying average: what the latest day counts.
    times : int
        n-times: how often a level must be shown.
    """

    id: str
    version: str
    kind: MethodKind
    setting_weights: tuple[float, ...] = (1.0,) * len(SETTINGS)
    half_life_days: float | None = None
    recency_floor: float = 2.0 ** -10
    prior_sd: float = 0.6
    prior_df: float = 6.0
    confidence: float = 0.95
    latest_share: float = 0.65
    times: int = 3

    def __post_init__(self) -> None:
        checks = (
            ("setting_weights", len(self.setting_weights) == len(SETTINGS) and all(0 < w <= 4 for w in self.setting_weights),
             "One weight in (0, 4] per setting is expected."),
            ("half_life_days", self.half_life_days is None or self.half_life_days > 0, "A half-life is positive."),
            ("recency_floor", 0 < self.recency_floor <= 1, "The floor lies in (0, 1]."),
            ("prior_sd", self.prior_sd > 0, "The prior spread is positive."),
            ("prior_df", self.prior_df > 2, "More than two prior degrees of freedom are needed for a finite variance."),
            ("confidence", 0 < self.confidence < 1, "A confidence lies between 0 and 1."),
            ("latest_share", 0 <= self.latest_share <= 1, "A share lies from 0 to 1."),
            ("times", self.times >= 1, "At least once."))
        for name, right, reason in checks:
            if not right:
                raise EngineInputError(name, reason)

    @property
    def key(self) -> str:
        """``id-version``."""
        return f"{self.id}-{self.version}"

    @property
    def has_interval(self) -> bool:
        """True when ``low`` and ``high`` are figures; false when the method knows no uncertainty and they stay NaN."""
        return self.kind == "weighted"


_ALL = (
    Method(id="weighted", version="1.0", kind="weighted", half_life_days=365.0, setting_weights=(1.0, 1.25, 0.5, 1.0, 1.0, 1.5, 0.75)),
    Method(id="mean", version="1.0", kind="weighted"),
    Method(id="latest", version="1.0", kind="latest"),
    Method(id="highest", version="1.0", kind="highest"),
    Method(id="n-times", version="1.0", kind="n_times"),
    Method(id="decaying", version="1.0", kind="decaying"),
)
METHODS: Mapping[str, Method] = MappingProxyType({method.key: method for method in _ALL})
DEFAULT_METHOD = METHODS["weighted-1.0"]
