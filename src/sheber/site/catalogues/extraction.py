"""Every translatable sentence of the package: calls in Python and JavaScript, tags and filters in templates."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Literal

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

Domain = Literal["django", "djangojs"]

PACKAGE: Final = Path(__file__).resolve().parents[2]
KEYWORDS: Final[dict[str, Any]] = {
    **DEFAULT_KEYWORDS,
    "noop": None, "gettext_noop": None, "gettext_lazy": None, "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2), "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS: Final = ("Translators:",)
# Tests say what nobody reads; a migration repeats its models; vendored and built scripts are not ours to translate.
SKIPPED_FOLDERS: Final = frozenset({"tests", "migrations", "__pycache__", "locale", "vendor", "build"})
TEMPLATE_SUFFIXES: Final = frozenset({".html", ".txt", ".xml", ".svg", ".ics"})


def extract_template(domain: Domain = "django", package: Path = PACKAGE) -> Catalog:
    """Messages of the package in the order of their files; places are given without line numbers, so that diffs stay small."""
    template = Catalog(charset="utf-8", fuzzy=False)
    for path in _files(package, domain):
        place = path.relative_to(package.parent).as_posix()
        for _line, message, comments, context in _messages(path):
            template.add(message, locations=[(place, 0)], auto_comments=comments, context=context)
    return template


def _files(package: Path, domain: Domain) -> Iterator[Path]:
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if not path.is_file() or SKIPPED_FOLDERS & set(inside.parts[:-1]):
            continue
        script = path.suffix in {".js", ".mjs"} and "static" in inside.parts and not path.name.endswith(".min.js")
        page = path.suffix in TEMPLATE_SUFFIXES and "templates" in inside.parts
        if (domain == "djangojs" and script) or (domain == "django" and (path.suffix == ".py" or page)):
            yield path


def _messages(path: Path) -> Iterator[tuple[int, Any, list[str], str | None]]:
    source = path.read_text("utf-8")
    if path.suffix in TEMPLATE_SUFFIXES:
        source = templatize(source, origin=str(path))       # a template becomes the gettext calls that it makes
    method = "javascript" if path.suffix in {".js", ".mjs"} else "python"
    yield from extract(method, io.BytesIO(source.encode()), keywords=KEYWORDS, comment_tags=COMMENT_TAGS, options={"encoding": "utf-8"})
