"""The key of an authenticator app as a picture to scan, drawn by the server: nothing of it goes elsewhere."""

from typing import Final

import segno
from django.utils.safestring import SafeString

SCALE: Final = 4
"""Pixels of the smallest square: a telephone reads it off a screen, and with the quiet zone it fits into 360 pixels."""
QUIET: Final = 4
"""Squares of white around, as ISO/IEC 18004 asks for."""


def picture(text: str) -> SafeString:
    """An inline SVG, black on white whatever the theme: readers take light on dark for nothing. It has no style and no script."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(scale=SCALE, border=QUIET, dark="#000", light="#fff", svgclass=None,
                                                                lineclass=None)
    return SafeString(drawn)  # numbers of a path alone, nothing of the text # nosec B703
