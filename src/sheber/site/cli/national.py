"""The progress of building the synthetic nation, as a bar on a terminal and as a line now and then in a file."""

import sys
import time
from typing import Any, Final

from .language import gettext as _
from .output import BadInputError

BAR: Final = 24
LINE_EVERY_S: Final = 10.0


class Bar:
    """Writes to stderr: share, students, items, rate and the time that remains."""

    def __init__(self) -> None:
        self.is_terminal = sys.stderr.isatty()
        self.last = 0.0
        self.first_students: int | None = None

    def __call__(self, done: Any) -> None:
        """``done`` is a ``Progress`` of the service."""
        if self.first_students is None:
            self.first_students = done.students
        now = time.monotonic()
        is_due = bool(done.step) or done.students == done.all_students or now - self.last >= (0.2 if self.is_terminal else LINE_EVERY_S)
        if not is_due:
            return
        self.last = now
        line = self.line(done)
        sys.stderr.write(f"\r\x1b[K{line}" if self.is_terminal else f"{line}\n")
        sys.stderr.flush()

    def line(self, done: Any) -> str:
        """One line, without an end."""
        if done.step:
            return _("making the indexes again: %(statement)s") % {"statement": done.step[:60]}
        share = done.students / max(done.all_students, 1)
        ours = done.students - (self.first_students or 0)
        seconds = max(done.seconds, 1e-6)
        left = (done.all_students - done.students) / (ours / seconds) if ours else 0.0
        filled = int(share * BAR)
        return _("%(bar)s %(share)s %%, universities %(universities)s of %(all)s, students %(students)s, items %(items)s (%(rate)s/s), "
                 "%(left)s left") % {
            "bar": "█" * filled + "·" * (BAR - filled), "share": f"{share * 100:.0f}", "universities": done.universities,
            "all": done.all_universities, "students": f"{done.students:,}", "items": f"{done.items:,}",
            "rate": f"{done.items / seconds:,.0f}", "left": f"{int(left) // 60}:{int(left) % 60:02d}"}


def build(scale: float) -> list[dict[str, object]]:
    """Build what is not there yet. A row for each kind of thing written, with the seconds of the whole."""
    from sheber.apps.programmes.services.national import OtherNationError, load_national
    from sheber.spine.search.services import falls_behind, rebuild

    from .search import Bar as SearchBar

    begun, bar = time.monotonic(), Bar()
    try:
        written = load_national(scale=scale, progress=bar)
    except OtherNationError as other:
        raise BadInputError(_("This data folder holds the synthetic nation at SCALE=%(scale)s: name another folder with SHEBER_VAR.") % {
            "scale": f"{other.scale:g}"}) from other
    finally:
        if bar.is_terminal and bar.last:
            sys.stderr.write("\n")
    seconds = round(time.monotonic() - begun, 2)
    if falls_behind("people"):          # the nation is written in columns, past what the index follows
        index = SearchBar()
        rebuild(progress=index)
        index.end()
    names = {"universities": _("Synthetic universities"), "programmes": _("Programmes"), "students": _("Students"),
             "teachers": _("Teachers"), "assessments": _("Assessments"), "evidence": _("Items of evidence"),
             "corrections": _("Corrections among them")}
    return [{"what": names[name], "written": count, "seconds": seconds} for name, count in written.items()]
