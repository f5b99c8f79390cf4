"""Where Chromium is."""

from __future__ import annotations

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")


def find_chromium() -> str | None:
    """CHROMIUM when set and present, else the first browser of the family on the path; None when there is none."""
    given = os.environ.get("CHROMIUM")
    return shutil.which(given) if given else next((path for name in NAMES if (path := shutil.which(name))), None)
