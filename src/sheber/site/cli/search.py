"""``sheber search``: the index of the search, made anew or compared with what it is made from."""

import argparse
import sys
import time
from typing import Any, Final

from .language import gettext as _
from .language import ngettext
from .output import FINE, FOUND, write_json
from .setup import django_setup

LINE_EVERY_S: Final = 10.0


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser(
        "search", help=_("Make the index of the search anew, or compare it with what it is made from."),
        epilog=_("While it is made anew everything is found that was found before, and people go on working. "
                 "Exit status of “check”: 0 the index is right, 1 it is not."))
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    rebuild = actions.add_parser("rebuild", help=_("make every entry what its source says"))
    rebuild.add_argument("--kind", action="append", default=[], metavar=_("KIND"), help=_("one kind only, people say; may be repeated"))
    check = actions.add_parser("check", help=_("name what is missing, too much or different; nothing is written"))
    check.add_argument("--json", action="store_true", help=_("write JSON"))


def run(args: argparse.Namespace) -> int:
    django_setup()
    from sheber.kit.findable import kinds
    from sheber.spine.search import services

    from .output import BadInputError

    bar = Bar()
    if args.action == "rebuild":
        if unknown := sorted(set(args.kind) - set(kinds())):
            raise BadInputError(_("There is no kind named %(name)s. Kinds: %(kinds)s.") % {
                "name": ", ".join(unknown), "kinds": ", ".join(kinds())})
        entries = services.rebuild(only=tuple(args.kind), progress=bar)
        bar.end()
        print(ngettext("The index holds %(n)s entry.", "The index holds %(n)s entries.", entries) % {"n": entries})
        return FINE
    found = services.compare(progress=bar)
    bar.end()
    if args.json:
        write_json([{"kind": one.kind, "right": one.right, "missing": one.missing, "extra": one.extra, "wrong": one.wrong}
                    for one in found])
    else:
        for one in found:
            print(_told(one))
    return FINE if all(one.ok for one in found) else FOUND


def _told(one: Any) -> str:
    if one.ok:
        return f"✓ {one.kind}: {one.right}"
    parts = [f"✗ {one.kind}: {one.right}"]
    for sentence, keys in ((_("missing: %(keys)s"), one.missing), (_("without a source: %(keys)s"), one.extra),
                           (_("different: %(keys)s"), one.wrong)):
        if keys:
            parts.append("    " + sentence % {"keys": ", ".join(keys)})
    return "\n".join([*parts, "    sheber search rebuild"])


class Bar:
    """A line on a terminal, rewritten; a line now and then in a file."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()
        self.last = time.monotonic()

    def __call__(self, at: Any) -> None:
        now = time.monotonic()
        if at.done < at.total and now - self.last < (0.2 if self.is_terminal else LINE_EVERY_S):
            return
        self.last = now
        line = _("%(kind)s: %(done)s of %(total)s") % {"kind": at.kind, "done": f"{at.done:,}", "total": f"{at.total:,}"}
        sys.stderr.write(f"\r\x1b[K{line}" if self.is_terminal else f"{line}\n")
        sys.stderr.flush()

    def end(self) -> None:
        if self.is_terminal:
            sys.stderr.write("\n")
