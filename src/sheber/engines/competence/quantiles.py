"""Quantiles of Student's t."""

import numpy as np
from numpy.typing import ArrayLike

from sheber.engines.competence.columns import FloatArray


def t_quantile(df: ArrayLike, share: float) -> FloatArray:
    """Value below which ``share`` of Student's t with ``df`` degrees of freedom lies, for each element of ``df``.

    SciPy is imported at the first call: it takes half of a web process's start, and most pages never ask for it.
    """
    from scipy.special import stdtrit

    return np.asarray(stdtrit(df, share), dtype=np.float64)
