"""What tests of every room may ask for: real data beside the checkout, and how thoroughly Hypothesis draws."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]

# At the desk Hypothesis draws anew each time and so finds more; in the build the same draws come each time, so that a change
# never fails for somebody else's example. A failure prints a blob that repeats it anywhere.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.register_profile("build", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("build" if os.environ.get("SHEBER_REQUIRE_ALL") == "1" else "desk")


def data_folder() -> Path | None:
    """SHEBER_DATA, else ``../shared/data`` beside the checkout; None when neither is there."""
    for candidate in (os.environ.get("SHEBER_DATA"), ROOT.parent / "shared" / "data"):
        if candidate and Path(candidate).is_dir():
            return Path(candidate)
    return None


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with real data for tests. It is not part of the product: where it is absent the test is skipped, saying so."""
    folder = data_folder()
    if folder is None:
        pytest.skip("real data is not here: set SHEBER_DATA, or put it in ../shared/data beside the checkout")
    return folder
