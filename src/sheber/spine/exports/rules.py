"""Addresses of exports, and whether somebody may still take what was made for them."""

import re
from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from sheber.kit.access import covered

FILE_END: Final = re.compile(r"/export\.(csv|xlsx)$")
LEFT_OUT: Final = frozenset({"format", "page"})
LONGEST: Final = 1900


def list_address(address: str) -> str | None:
    """The address without format and page; ``None`` when it is none of this product.

    >>> list_address("/people/?q=a&format=csv&page=3")
    '/people/?q=a'
    >>> list_address("https://elsewhere.example/")
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//") or len(address) > LONGEST:
        return None
    if any(letter < " " or letter == "\\" for letter in address):
        return None
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=False) if name not in LEFT_OUT]
    return parts.path + (f"?{urlencode(kept)}" if kept else "")


def file_address(address: str, kind: str) -> str:
    """The address at which the file is: some say the format in their path, lists in their query.

    >>> file_address("/exchange/evidence/export.csv?framework=CDIO", "xlsx")
    '/exchange/evidence/export.xlsx?framework=CDIO'
    >>> file_address("/people/?q=a", "csv")
    '/people/?q=a&format=csv'
    """
    path, mark, query = address.partition("?")
    if FILE_END.search(path):
        return FILE_END.sub(f"/export.{kind}", path) + mark + query
    return f"{address}{'&' if mark else '?'}format={kind}"


def still_held(then: Mapping[str, Collection[str]], now: Mapping[str, Collection[str]]) -> bool:
    """Whether nothing was lost since: each permission at each path of then is held there or above it now.

    >>> still_held({"person.view": ["/1/4/"]}, {"person.view": ["/1/"]}), still_held({"person.view": ["/1/"]}, {"person.view": ["/1/4/"]})
    (True, False)
    """
    return all(path in now.get(permission, ()) or covered(path, now.get(permission, ())) for permission, paths in then.items()
               for path in paths)
