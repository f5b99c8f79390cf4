"""The command line: ``sheber COMMAND …``.

Each command is a module of this package with ``add_parser(subparsers)`` and ``run(args) -> int``. The list of commands is
declared here so that ``sheber --help`` and every command load one module at most; what is slow to import (Django, numpy,
the engines) is imported inside ``run``.

Exit status: 0 fine; 1 the command worked and found something (findings, a gap, a broken chain); 2 bad usage or bad input,
with one sentence on stderr. A closed pipe (``sheber check … | head``) and Ctrl-C end without a word.
"""

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from typing import Final, NamedTuple

from .language import gettext as _
from .language import noop, use_language
from .output import BAD_INPUT, BadInputError, complain
from .parent import end_with_parent

INTERRUPTED: Final = 130
CLOSED_PIPE: Final = 141


class Command(NamedTuple):
    """A command: the word typed, and what it is for in one line (shown by ``sheber --help``)."""

    name: str
    purpose: str

    @property
    def module(self) -> str:
        word = self.name.replace("-", "_")
        return f"{__name__}.{word}s" if iskeyword(word) else f"{__name__}.{word}"      # import lives in imports.py


COMMANDS: Final = (
    Command("curriculum", noop("Metrics of a plan file: blocking, delay, centrality, complexity.")),
    Command("check", noop("Errors of a plan file or a programme, each with its place and reason.")),
    Command("gap", noop("Distance between a programme and an engineer type or an occupation.")),
    Command("import", noop("Bring a programme in from a file, with a dry run.")),
    Command("case", noop("Frameworks of competences in the shape of CASE: out, in, checked.")),
    Command("audit", noop("Verify that nobody changed the record of changes.")),
    Command("users", noop("Create users and give them roles.")),
    Command("reference", noop("Load the frameworks, engineer types and other reference facts.")),
    Command("demo", noop("Load the demonstration content.")),
    Command("build-assets", noop("Write fonts, icons and scripts from installed packages.")),
    Command("catalogues", noop("Extract, compile and check the translations.")),
    Command("openapi", noop("Write the description of the API, OpenAPI 3.1.")),
    Command("serve", noop("Serve the pages from this computer.")),
    Command("worker", noop("Do the background work.")),
    Command("backup", noop("Write one archive of everything, or check one.")),
    Command("restore", noop("Make the database what a backup holds, all of it or nothing.")),
    Command("doctor", noop("Look at everything this installation stands on.")),
    Command("files", noop("Look whether every content of the files is there and whole.")),
    Command("maintenance", noop("Close the pages with a sentence, or open them again.")),
    Command("search", noop("Make the index of the search anew, or compare it with what it is made from.")),
    Command("sbom", noop("List the parts this installation is made of, with licences and hashes.")),
    Command("django", noop("Run a management command of Django.")),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    use_language(_option(arguments, "--language"))
    end_with_parent()
    try:
        status = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())   # the flush at exit must not fail again
        return CLOSED_PIPE
    except OSError as no:
        if no.errno != errno.ENOSPC:
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return complain(_("The answer could not be written: there is no space left."))
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _run(arguments: list[str]) -> int:
    chosen = _chosen(arguments)
    if chosen is not None and chosen.name == "django":               # everything after the word is Django's
        arguments = [*arguments[:arguments.index("django") + 1], "--", *arguments[arguments.index("django") + 1:]]
    parser = _parser(chosen)
    try:
        args = parser.parse_args(arguments)
    except SystemExit as stop:                                       # argparse has said what is wrong, or shown the help
        return int(stop.code or 0)
    if chosen is None:
        parser.print_help()
        return BAD_INPUT if arguments else 0
    try:
        return int(args.run(args))
    except BadInputError as no:
        return complain(str(no))
    except Exception as no:
        if (sentence := _refusal(no)) is None:
            raise
        return complain(sentence)


def _parser(chosen: Command | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sheber", description=_("Sheber: what industry needs, and what engineers have proved they can do."),
        epilog=_("“sheber COMMAND --help” tells more about a command."))
    _add_language(parser)
    subparsers = parser.add_subparsers(metavar=_("COMMAND"), title=_("commands"), dest="command")
    for command in COMMANDS:
        if chosen is None:
            subparsers.add_parser(command.name, help=_(command.purpose))
        elif command == chosen:
            module = import_module(command.module)
            module.add_parser(subparsers)
            subparsers.choices[command.name].set_defaults(run=module.run)
            if command.name != "django":
                _add_language(subparsers.choices[command.name])
    return parser


def _add_language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=("kk", "ru", "en"), default=argparse.SUPPRESS,
                        help=_("language of the answer; otherwise SHEBER_LANGUAGE or LANG"))


def _chosen(arguments: Sequence[str]) -> Command | None:
    """The command among ``arguments``: the first word that is neither an option nor the value of ``--language``."""
    by_name = {command.name: command for command in COMMANDS}
    skip = False
    for word in arguments:
        if skip or word.startswith("-"):
            skip = word == "--language"
            continue
        return by_name.get(word)
    return None


def _option(arguments: Sequence[str], name: str) -> str | None:
    """Value of ``name VALUE`` or ``name=VALUE``, read before argparse because its help is already in that language."""
    for position, word in enumerate(arguments):
        if word == name and position + 1 < len(arguments):
            return arguments[position + 1]
        if word.startswith(f"{name}="):
            return word.split("=", 1)[1]
    return None


def _refusal(error: Exception) -> str | None:
    """The sentence of an error that is an answer to the person typing, or None when it is a fault of the program.

    The classes are looked up among loaded modules only: an error cannot come from a module nobody imported.
    """
    for module, name in (("sheber.kit.errors", "DomainError"), ("sheber.engines.errors", "EngineInputError"),
                         ("django.core.exceptions", "ImproperlyConfigured")):
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return str(error)
    utils = sys.modules.get("django.db.utils")
    if utils is not None and (
            isinstance(error, utils.OperationalError | utils.ProgrammingError) or type(error) is utils.DatabaseError):
        return _("The database did not answer: %(reason)s. Has “sheber django migrate” been run?") % {"reason": str(error).strip()}
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return None
