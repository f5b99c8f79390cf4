"""``sheber build-assets``: fonts, icons and scripts out of installed packages."""

import argparse
from typing import Any

from sheber.site import assets

from .language import gettext as _
from .output import BadInputError


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("build-assets", help=_("Write fonts, icons and scripts from installed packages."))
    parser.add_argument("--again", action="store_true", help=_("write them even when they are fresh"))


def run(args: argparse.Namespace) -> int:
    root = assets.assets_root()
    try:
        written = assets.build(root, again=args.again)
    except assets.AssetError as no:
        raise BadInputError(str(no)) from no
    if written:
        print(_("%(n)s files written to %(place)s") % {"n": len(written), "place": root})
    else:
        print(_("The assets in %(place)s are fresh.") % {"place": root})
    return 0
