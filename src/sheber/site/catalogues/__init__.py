"""Translations of the interface: what is to be translated, merged into the .po files, and checked. No GNU gettext needed."""

from pathlib import Path
from typing import Final

from .checks import Fault, check_catalogues
from .extraction import extract_template
from .merging import merge_catalogues

LOCALES: Final = Path(__file__).resolve().parents[1] / "locale"
LANGUAGES: Final = ("kk", "ru")

__all__ = ["LANGUAGES", "LOCALES", "Fault", "check_catalogues", "extract_template", "merge_catalogues"]
