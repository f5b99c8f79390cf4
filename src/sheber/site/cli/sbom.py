"""``sheber sbom``: the parts this installation is made of, as CycloneDX 1.6 JSON."""

import argparse
import sys
from pathlib import Path
from typing import Any

from .language import gettext as _
from .output import FINE


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("sbom", help=_("List the parts this installation is made of, with licences and hashes."))
    parser.add_argument("file", nargs="?", metavar=_("FILE"), help=_("file to write (default: standard output)"))


def run(args: argparse.Namespace) -> int:
    from sheber.site.parts import sbom_json

    text = sbom_json()
    if args.file:
        Path(args.file).write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return FINE
