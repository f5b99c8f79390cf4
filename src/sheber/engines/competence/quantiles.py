"""Quantiles of Student's t."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sheber.engines.competence.columns import FloatArray


def t_quantile(df: NDArray[np.floating[Any]], share: float) -> FloatArray:
    """Value below which ``share`` of Student's t with ``df`` degrees of freedom lies, for each element of ``df``.

    SciPy is imported at the first call: it takes half of a web process's start, and most pages never ask for it.
    """
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, share), dtype=np.float64)
