"""``sheber openapi``: the description of the API, as ``/api/v1/openapi.json`` gives it, for files and for comparison."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from .language import gettext as _
from .output import BadInputError
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("openapi", help=_("Write the description of the API, OpenAPI 3.1."))
    parser.add_argument("file", nargs="?", type=Path, metavar=_("FILE"), help=_("where to write; otherwise standard output"))
    parser.add_argument("--against", type=Path, metavar=_("FILE"), help=_(
        "compare with an earlier description and name what breaks its clients; exit status 1 when something does"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    text = document()
    if args.against is not None:
        return _compare(args.against, text)
    if args.file is None:
        sys.stdout.write(text)
    else:
        args.file.write_text(text, "utf-8")
    return 0


def _compare(path: Path, text: str) -> int:
    from sheber.site.openapi_breaks import breaks

    try:
        released = json.loads(path.read_text("utf-8"))
        found = breaks(released, json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as no:
        raise BadInputError(_("%(file)s is not a description of an API: %(reason)s") % {"file": path, "reason": no}) from no
    for one in found:
        print(one)
    print(_("Changes that break clients: %(n)s") % {"n": len(found)})
    return 1 if found else 0


def document() -> str:
    """The description as JSON; the same on every machine and in every language.

    The cookie of a session has the name it has without TLS: with it, the name begins with ``__Host-``.
    """
    from django.utils import translation

    from sheber.site.api import api

    with translation.override("en"):
        schema = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    schema["components"]["securitySchemes"]["Session"]["name"] = "sheber_session"
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
