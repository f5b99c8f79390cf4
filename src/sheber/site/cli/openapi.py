"""``sheber openapi``: the description of the API, as ``/api/v1/openapi.json`` gives it, for files and for comparison."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .language import gettext as _
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("openapi", help=_("Write the description of the API, OpenAPI 3.1."))
    parser.add_argument("file", nargs="?", type=Path, metavar=_("FILE"), help=_("where to write; otherwise standard output"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    text = document()
    if args.file is None:
        sys.stdout.write(text)
    else:
        args.file.write_text(text, "utf-8")
    return 0


def document() -> str:
    """The description as JSON; the same on every machine and in every language."""
    from django.utils import translation

    from sheber.site.api import api

    with translation.override("en"):
        return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, default=str) + "\n"
