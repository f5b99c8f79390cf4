"""JSON that a stranger sent: read without trust, each fault with its place."""

import json
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from django.utils.translation import gettext as _

from sheber.kit.exchange.files import FileError

MAX_DEPTH: Final = 20
"""Levels of brackets; a package has five or six."""


def read_json(data: bytes) -> dict[str, Any]:
    """The object in the file. Raises ``FileError``: no JSON, names given twice, too deep, characters that no database keeps."""
    try:
        found = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_constant)
    except UnicodeDecodeError as broken:
        raise FileError(_("The letters of the file cannot be read. Save it as UTF-8."), data[:broken.start].count(b"\n") + 1) from broken
    except json.JSONDecodeError as broken:
        raise FileError(_("The file is no JSON, from line %(line)s on. Export the package anew.") % {"line": broken.lineno},
                        broken.lineno) from broken
    except (RecursionError, ValueError) as broken:      # ValueError: a number of thousands of digits
        raise FileError(_("The file is no CASE package: its brackets or numbers have no end.")) from broken
    if not isinstance(found, dict):
        raise FileError(_("The file is no CASE package: it has to begin with CFDocument in curly brackets."))
    for path, text, depth in _texts(found):
        if depth > MAX_DEPTH:
            raise FileError(_("The file is no CASE package: its brackets or numbers have no end."), column=path)
        if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise FileError(_("A text holds a character that no text may hold. Delete it there and export the package anew."), column=path)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileError(_("“%(name)s” stands twice in one object. Keep one of them.") % {"name": twice[:60]})
    return found


def _constant(name: str) -> NoReturn:
    raise FileError(_("“%(name)s” is no number of JSON.") % {"name": name})


def _texts(found: Any) -> Iterator[tuple[str, str, int]]:
    """Every text and name with its place and depth, without a call inside a call."""
    waiting: list[tuple[str, Any, int]] = [("", found, 0)]
    while waiting:
        path, value, depth = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                here = f"{path}.{name}"[-120:].lstrip(".")
                yield here, name, depth
                waiting.append((here, inner, depth + 1))
        elif isinstance(value, list):
            waiting += [(f"{path}[{place}]", inner, depth + 1) for place, inner in enumerate(value, start=1)]
        elif isinstance(value, str):
            yield path, value, depth
