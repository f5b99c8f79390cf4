"""The real curricula, which live beside the checkout and are never copied into it."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("SHEBER_DATA") or Path(__file__).resolve().parents[4] / "shared" / "data") / "curricula"
needs_curricula = pytest.mark.skipif(
    not ROOT.is_dir(), reason="the real curricula are not here: set SHEBER_DATA to the folder that holds curricula/"
)


def files(pattern: str) -> list[Path]:
    return sorted(path for path in ROOT.glob(pattern) if not path.name.startswith("reference_"))
