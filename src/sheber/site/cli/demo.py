"""``sheber demo load``: the reference facts and the demonstration, all of it synthetic and marked so."""

import argparse
from pathlib import Path
from typing import Any, Final

from .language import gettext as _
from .output import BadInputError, add_output_options, emit
from .reference import columns
from .setup import django_setup

# Who the first lines of a started demonstration name; every persona stands on the sign-in page.
SHOWN_ROLES: Final = ("programme_director", "student", "teacher", "enterprise_engineer", "quality_officer", "ministry_analyst")


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("demo", help=_("Load the demonstration content."))
    parser.add_argument("action", choices=("load",), help=_("load: add what is not there yet; all of it is synthetic and marked so"))
    parser.add_argument("--scale", default="", metavar="SCALE", help=_(
        "also build a synthetic nation: “national” for the whole of it (100,000 students, ten million items of evidence), or a share "
        "such as 0.01; a build that was stopped goes on"))
    add_output_options(parser)


def run(args: argparse.Namespace) -> int:
    django_setup()
    from django.conf import settings

    from .loading import DEMONSTRATION, REFERENCE, load

    if not settings.DEMONSTRATION:
        raise BadInputError(_("Invented people do not belong among real ones: set SHEBER_DEMONSTRATION=1 "
                              "if this installation is a demonstration."))
    scale = scale_wanted(args.scale)
    rows = load((*REFERENCE, *DEMONSTRATION))
    if scale:
        from .national import build

        rows += build(scale)
    write_personas(Path(settings.VAR) / "personas.txt")
    emit(args, columns=columns(), rows=rows)
    return 0


def scale_wanted(text: str) -> float:
    """``national`` is 1, nothing is 0. Raises BadInputError for what is no share of a nation."""
    if not text:
        return 0.0
    try:
        scale = 1.0 if text == "national" else float(text)
    except ValueError:
        scale = -1.0
    if not 0 < scale <= 1:
        raise BadInputError(_("SCALE=%(scale)s is no size: write “national”, or a share above 0 and at most 1.") % {"scale": text})
    return scale


def write_personas(path: Path) -> None:
    """A line for each persona worth naming at the start: role, name, e-mail address. English, as the start itself is."""
    from importlib.resources import files

    import yaml

    people = yaml.safe_load(files("sheber.data").joinpath("demo/people.yaml").read_text("utf-8"))
    roles = {role["id"]: role["name"]["en"] for role in people["roles"]}
    persons = {person["id"]: person for person in people["people"]}
    found = {persona["role"]: persons[persona["person"]] for persona in people["personas"]}
    lines = [f"    {roles[role]:<30} {found[role]['name']['en']:<22} {found[role]['login']}" for role in SHOWN_ROLES if role in found]
    path.write_text("\n".join(lines) + "\n", "utf-8")
