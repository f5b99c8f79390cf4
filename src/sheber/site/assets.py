"""Front-end assets made from installed packages: nothing third-party is committed and nothing is fetched.

Written under ``assets_root()/sheber``: ``htmx.min.js``, ``fonts/Inter-*.woff2``, ``vega.js`` (Vega, Vega-Lite and Vega-Embed in one
module), ``icons.svg`` (the signs of :mod:`sheber.kit.icons`, no others) and ``NOTICE.txt`` with the licence of each. Packages are
found through their metadata and never imported, except the one that generates the chart module.
"""

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path
from typing import Final, NamedTuple

from sheber.kit import icons

RECIPE: Final = "4"
"""Raise when this module makes something else of the same packages."""

PACKAGES: Final = ("django-htmx", "django-unfold", "heroicons", "vl-convert-python")
FONTS: Final = ("Inter-Regular", "Inter-Medium", "Inter-SemiBold", "Inter-Bold")
VEGA: Final = "window.vegaEmbed = vegaEmbed; window.vega = vega; window.vegaLite = vegaLite;"
STAMP: Final = "stamp.json"


class AssetError(Exception):
    """A package or a file in it is missing; the message says which and what to do."""


class Licence(NamedTuple):
    """What is said about an asset in NOTICE.txt; ``file`` holds the text of the licence, beside the package."""

    asset: str
    holder: str
    name: str
    package: str
    file: str


LICENCES: Final = (
    Licence("htmx.min.js", "htmx contributors", "0BSD (Zero-Clause BSD)", "django-unfold", "unfold/static/unfold/js/htmx/LICENSE"),
    Licence("fonts/Inter-*.woff2", "The Inter Project Authors", "SIL Open Font License 1.1", "django-unfold",
            "unfold/static/unfold/fonts/inter/LICENSE"),
    Licence("icons.svg, symbols o-… and m-…", "Tailwind Labs, Inc. (heroicons)", "MIT", "heroicons", "licenses/LICENSE"),
    Licence("vega.js", "University of Washington Interactive Data Lab (Vega, Vega-Lite, Vega-Embed), bundled by VlConvert",
            "BSD-3-Clause", "vl-convert-python", "licenses/LICENSE"),
)


def assets_root() -> Path:
    """``settings.ASSETS_ROOT``, known without loading the settings."""
    root = Path(__file__).resolve().parents[3]
    return Path(os.environ.get("SHEBER_VAR", root / "var")).resolve() / "assets"


def stamp() -> str:
    """What the assets are made of: this recipe, the list of signs and the versions of the packages."""
    made_of = [RECIPE, *sorted(icons.NAMES), *(f"{name} {_version(name)}" for name in PACKAGES)]
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()


def is_fresh(root: Path) -> bool:
    """Whether ``root`` holds what this version would write."""
    try:
        kept = json.loads((root / STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(kept, dict) and kept.get("stamp") == stamp() and all((root / name).is_file() for name in kept.get("files", ()))


def build(root: Path, *, again: bool = False) -> tuple[str, ...]:
    """Write the assets and return their names; empty when they were fresh. Raises AssetError.

    A file is replaced whole, and the stamp is written last, so a broken run is done again by the next.
    """
    if not again and is_fresh(root):
        return ()
    written: list[str] = []
    for name, content in _contents():
        path = root / "sheber" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(content)
        part.replace(path)
        written.append(f"sheber/{name}")
    (root / STAMP).write_text(json.dumps({"stamp": stamp(), "files": written}, indent=1) + "\n", "utf-8")
    return tuple(written)


def _contents() -> Iterator[tuple[str, bytes]]:
    yield "htmx.min.js", _file("django-htmx", "django_htmx/static/django_htmx/htmx-2.min.js").read_bytes()
    for font in FONTS:
        yield f"fonts/{font}.woff2", _file("django-unfold", f"unfold/static/unfold/fonts/inter/{font}.woff2").read_bytes()
    yield "icons.svg", sprite().encode()
    yield "NOTICE.txt", notice().encode()
    yield "vega.js", _vega().encode()


def sprite() -> str:
    """One SVG with a ``<symbol>`` for each sign. The colour is the page's: nothing is painted here."""
    symbols = []
    with zipfile.ZipFile(_file("heroicons", "heroicons/heroicons.zip")) as drawings:
        for name in icons.HEROICONS:
            folder, size = ("outline", 24) if name.startswith("o-") else ("mini", 20)
            try:
                drawing = drawings.read(f"{folder}/{name[2:]}.svg").decode()
            except KeyError as no:
                raise AssetError(f"heroicons {_version('heroicons')} has no sign {name}: name another in sheber/kit/icons.py.") from no
            inner = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
            if inner is None:
                raise AssetError(f"heroicons: {name} is not an SVG drawing.")
            body = re.sub(r">\s+<", "><", inner.group(1).strip())
            symbols.append(f'<symbol id="{name}" viewBox="0 0 {size} {size}">{body}</symbol>')
    for name, (path, even_odd) in icons.SHAPES.items():
        rule = ' fill-rule="evenodd"' if even_odd else ""
        symbols.append(f'<symbol id="{name}" viewBox="0 0 16 16"><path{rule} d="{path}"/></symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def notice() -> str:
    """Whose work the assets are and under which licence, with the text of each licence."""
    parts = ["Assets of others in this directory, taken unchanged from installed Python packages unless said otherwise.\n"
             "icons.svg gathers drawings into one file; its symbols t-… are Sheber's own. vega.js is generated.\n"]
    for licence in LICENCES:
        text = _licence_text(licence)
        parts.append(f"{'=' * 78}\n{licence.asset}\n{licence.holder}\nLicence: {licence.name}\n"
                     f"Package: {licence.package} {_version(licence.package)}\n{'-' * 78}\n{text.strip()}\n")
    return "\n".join(parts)


def _licence_text(licence: Licence) -> str:
    for file in distribution(licence.package).files or ():
        if str(file).endswith(licence.file):
            return Path(str(file.locate())).read_text("utf-8")
    raise AssetError(f"{licence.package} {_version(licence.package)} has no file {licence.file}.")


def _vega() -> str:
    import vl_convert

    return str(vl_convert.javascript_bundle(VEGA))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError as no:
        raise AssetError(f"The package {package} is not installed. Run “python3 bootstrap.py install”.") from no


def _file(package: str, path: str) -> Path:
    _version(package)
    found = Path(str(distribution(package).locate_file(path)))
    if not found.is_file():
        raise AssetError(f"{package} {_version(package)} has no file {path}. Run “python3 bootstrap.py install”.")
    return found
