"""The map of courses: one column a term, the height of a block its credits, lines for requisites.

Positions only; the template draws. Lengths are SVG user units (CSS pixels at natural size).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sheber.engines.curriculum.plan import Course, Plan
from sheber.kit import formats
from sheber.kit.localised import LocalisedText

COLUMN, BLOCK, LEFT, TOP, CREDIT = 132.0, 114.0, 30.0, 44.5, 16.0
LINE_HEIGHT, LINE_WIDTH = 13.5, 104.0
Mark = Literal["", "on", "sel", "dim"]
State = Literal["faint", "chosen", "bad"]


@dataclass(frozen=True, slots=True)
class Tick:
    y: float
    label: str
    x: float

    @property
    def text_y(self) -> float:
        return self.y + 4


@dataclass(frozen=True, slots=True)
class Column:
    """Head of a term."""

    x: float
    number: int
    year: int
    season: str
    credits: float

    @property
    def name(self) -> str:
        return _("Term %(number)s") % {"number": self.number}

    @property
    def caption(self) -> str:
        values = {"year": self.year, "season": season_name(self.season), "credits": formats.number(self.credits, 1)}
        if not self.year:
            return _("%(credits)s cr.") % values
        return _("Year %(year)s, %(season)s · %(credits)s cr.") % values


@dataclass(frozen=True, slots=True)
class Block:
    """A course. ``lines`` is its title, broken to fit; ``mark`` says how it stands to the chosen course."""

    course: Course
    x: float
    y: float
    height: float
    lines: tuple[str, ...]
    mark: Mark
    faulty: bool

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def title(self) -> str:
        return str(LocalisedText.of(self.course.title))

    @property
    def label(self) -> str:
        """What is read aloud."""
        values = {"code": self.course.code, "title": self.title, "term": self.course.term,
                  "credits": formats.number(self.course.credits, 1)}
        sentence = _("%(code)s %(title)s, term %(term)s, %(credits)s credits") % values
        return _("%(course)s, with a finding") % {"course": sentence} if self.faulty else sentence

    @property
    def credits(self) -> str:
        return formats.number(self.course.credits, 1)

    @property
    def code_y(self) -> float:
        return self.y + 13

    @property
    def credits_x(self) -> float:
        return self.right - 14

    @property
    def low_line(self) -> str:
        """Title of a block too low for two lines."""
        return wrap(self.title, width=LINE_WIDTH - 16, most=1)[0]

    @property
    def low_y(self) -> float:
        return self.y + min(self.height, 30) / 2 + 4

    @property
    def text_x(self) -> float:
        return self.x + 9

    @property
    def right(self) -> float:
        return self.x + BLOCK

    @property
    def flag(self) -> str:
        return f"M{self.right - 10:g} {self.y:g}h10v10z"

    @property
    def title_lines(self) -> list[tuple[float, str]]:
        """Ordinate and text of each line."""
        return [(self.y + 26 + LINE_HEIGHT * i, line) for i, line in enumerate(self.lines)]

    @property
    def is_low(self) -> bool:
        return self.height < 40


@dataclass(frozen=True, slots=True)
class Line:
    """A requisite; ``state`` picks the pen, ``kind`` corequisite is dashed."""

    path: str
    head: str
    state: State
    beside: bool


@dataclass(frozen=True, slots=True)
class CourseMap:
    width: float
    height: float
    ticks: tuple[Tick, ...]
    columns: tuple[Column, ...]
    blocks: tuple[Block, ...]
    lines: tuple[Line, ...]
    chosen: Course | None
    chain: tuple[str, ...]
    unplaced: tuple[Course, ...]

    @property
    def sheet_width(self) -> float:
        """Of a drawing of its own, with a margin of 16."""
        return self.width + 32

    @property
    def note_y(self) -> float:
        return self.height + 36

    @property
    def sheet_height(self) -> float:
        return self.height + 52

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"


FILE_STYLE = """
.cmap text{font-size:11.5px;fill:#14212D}.cmap .t-code{fill:#586571;font-size:11px}.cmap .t-head{font-weight:600;font-size:12px}
.cmap .t-sub{fill:#43505C;font-size:11px}.cmap .box{fill:#FFFFFF;stroke:#B3BDBC}.cmap .general .box{fill:#F8F9F8;stroke:#D5DBD8}
.cmap .major .box{stroke:#76838D;stroke-width:1.25}.cmap .edge-bar{fill:#134468}.cmap .basic .edge-bar{fill:#8FB4CF}
.cmap .general .edge-bar{fill:none}.cmap .on .box{fill:#E2ECF3;stroke:#134468;stroke-width:1.5}
.cmap .sel .box{fill:#FCF0D5;stroke:#14212D;stroke-width:1.75}.cmap .err .box{stroke:#A8261D;stroke-width:1.75}.cmap .flag{fill:#A8261D}
.cmap .pre{fill:none;stroke:#43505C;stroke-width:1.5}.cmap .pre-faint{fill:none;stroke:#B3BDBC}
.cmap .pre-bad{fill:none;stroke:#A8261D;stroke-width:1.75}.cmap .co{stroke-dasharray:5 3}.cmap .head-i{fill:#43505C}
.cmap .head-bad{fill:#A8261D}.cmap .scale{stroke:#A9B4B5}
"""
"""The light sheet, for a drawing that leaves the page."""


def season_name(season: str) -> str:
    """A season in the reader's language, empty when unknown."""
    return {"autumn": pgettext("season", "autumn"), "winter": pgettext("season", "winter"), "spring": pgettext("season", "spring"),
            "summer": pgettext("season", "summer")}.get(season, "")


def text_width(text: str, *, size: float = 11.5) -> float:
    """Rough width of a text in Inter, by class of letter; good to a few per cent."""
    wide, narrow = "MWЖШЩЮФЫмжшщюфыmw@%ӘҚҢӨҰҮҺ", "iljtfr.,:;'|!()[]Iі1 "
    units = sum(0.86 if c in wide else 0.34 if c in narrow else 0.68 if c.isupper() else 0.57 for c in text)
    return units * size


def wrap(text: str, *, width: float, most: int) -> tuple[str, ...]:
    """Break a title into at most ``most`` lines; a word too long for a line is cut with a hyphen, an overflow with an ellipsis."""
    lines: list[str] = []
    current = ""
    for word in _pieces(text, width):
        grown = f"{current} {word}" if current else word
        if text_width(grown) <= width or not current:
            current = grown
        else:
            lines.append(current)
            current = word
    lines.append(current)
    if len(lines) <= most:
        return tuple(lines)
    kept = lines[:most]
    last = kept[-1]
    while last and text_width(last + "…") > width:
        last = last[:-1]
    kept[-1] = last.rstrip(" -,:;") + "…"
    return tuple(kept)


VOWELS = frozenset("aeiouyаәеёиоөуұүыіэюя")
SOFTENERS = frozenset("ьъй")


def _pieces(text: str, width: float) -> Iterable[str]:
    """Words, and parts of words too long for a line; a part that is to be continued ends in a hyphen."""
    for word in text.split():
        rest = word
        while text_width(rest) > width:
            fits = len(rest)
            while text_width(rest[:fits] + "-") > width:
                fits -= 1
            cut = _syllable_end(rest, max(fits, 1))
            yield rest[:cut] if rest[cut - 1] == "-" else rest[:cut] + "-"
            rest = rest[cut:]
        yield rest


def _syllable_end(word: str, fits: int) -> int:
    """The last place at or before ``fits`` where a Kazakh, Russian or English word may be divided; ``fits`` when there is none.

    A hyphen of its own comes first. Else a division stands before a consonant that a vowel follows, or between two consonants after a
    vowel, never before a soft or hard sign, and leaves three letters on either side.
    """
    hyphen = word.rfind("-", 0, fits)
    if hyphen >= 2:
        return hyphen + 1
    low = word.lower()
    for cut in range(min(fits, len(word) - 3), 2, -1):
        left, right, after = low[cut - 1], low[cut], low[cut + 1]
        if right in VOWELS or right in SOFTENERS or not any(letter in VOWELS for letter in low[cut:]):
            continue
        if after in VOWELS or (left not in VOWELS and low[cut - 2] in VOWELS):
            return cut
    return fits


def course_map(plan: Plan, *, chosen: str | None = None, chain: Iterable[str] = (), faulty: Iterable[str] = (),
               bad_pairs: Iterable[tuple[str, str]] = ()) -> CourseMap:
    """Lay out a plan.

    Parameters
    ----------
    plan : Plan
        Courses without a term are listed under the map, not drawn.
    chosen : course code, optional
        Its chain of prerequisites is drawn in ink. Without it the given ``chain`` (the longest one) is.
    chain : course codes
        What is marked when no course is chosen.
    faulty : course codes
        Courses with a finding.
    bad_pairs : pairs (course, requisite)
        Requisites that run against the order of terms.
    """
    placed = [c for c in plan.courses if c.term is not None]
    by_code = {c.code: c for c in placed}
    chosen_course = by_code.get(chosen or "")
    marked = _ancestors(by_code, chosen_course.code) if chosen_course else [c for c in chain if c in by_code]
    strong = set(marked) | ({chosen_course.code} if chosen_course else set())
    faults, against = set(faulty), set(bad_pairs)

    numbers = sorted({c.term for c in placed if c.term is not None} | {t.number for t in plan.terms})
    terms = {t.number: t for t in plan.terms}
    top_of: dict[int, float] = defaultdict(lambda: TOP)
    blocks: list[Block] = []
    for course in placed:
        term = course.term or 0
        height = max(course.credits * CREDIT, 24.0)
        y = top_of[term]
        top_of[term] = y + height
        mark: Mark = "sel" if course is chosen_course else "on" if course.code in strong else "dim" if strong else ""
        lines = wrap(str(LocalisedText.of(course.title)), width=LINE_WIDTH, most=max(1, int((height - 20) / LINE_HEIGHT)))
        blocks.append(Block(course, LEFT + COLUMN * numbers.index(term), y, height - 2, lines, mark, course.code in faults))
    height = max([*top_of.values(), TOP + 30 * CREDIT]) + 9.5
    columns = tuple(Column(LEFT + COLUMN * i, n, terms[n].year if n in terms else 0, terms[n].season if n in terms else "",
                           sum(c.credits for c in placed if c.term == n)) for i, n in enumerate(numbers))
    credits_most = int((height - TOP) // CREDIT)
    ticks = tuple(Tick(TOP + CREDIT * n, str(n) if n % 5 == 0 else "", 22 if n % 5 == 0 else 25) for n in range(credits_most + 1))
    return CourseMap(max(LEFT + COLUMN * len(numbers) - COLUMN + BLOCK + 14, 320), height, ticks, columns, tuple(blocks),
                     _lines(blocks, strong, against), chosen_course, tuple(marked), tuple(c for c in plan.courses if c.term is None))


def _ancestors(courses: Mapping[str, Course], code: str) -> list[str]:
    """Every course the given one rests on, nearest first."""
    found: list[str] = []
    queue = [code]
    while queue:
        for requisite in courses[queue.pop(0)].requisites:
            for option in requisite.options:
                if option in courses and option not in found and option != code:
                    found.append(option)
                    queue.append(option)
    return found


def _lines(blocks: list[Block], strong: set[str], against: set[tuple[str, str]]) -> tuple[Line, ...]:
    at = {b.course.code: b for b in blocks}
    lines = []
    for block in blocks:
        for requisite in block.course.requisites:
            for option in requisite.options:
                if (origin := at.get(option)) is None or origin is block:
                    continue
                bad = (block.course.code, option) in against
                chosen = option in strong and block.course.code in strong
                state: State = "bad" if bad else "chosen" if chosen else "faint"
                lines.append(_line(origin, block, state, requisite.kind != "prerequisite"))
    order = {"faint": 0, "chosen": 1, "bad": 2}
    return tuple(sorted(lines, key=lambda line: order[line.state]))


def _line(origin: Block, target: Block, state: State, beside: bool) -> Line:
    y1, y2 = origin.middle, target.middle
    if origin.x < target.x:
        x1, x2 = origin.right, target.x - 2
        bend = (x2 - x1) / 2 + 6
        return Line(f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}",
                    f"M{x2 + 1:g} {y2:g}l-7-3.2v6.4z", state, beside)
    if origin.x == target.x:  # same term: a bow on the right side
        x = origin.right
        return Line(f"M{x:g} {y1:g}C{x + 14:g} {y1:g} {x + 14:g} {y2:g} {x + 4:g} {y2:g}", f"M{x:g} {y2:g}l7-3.2v6.4z", state, beside)
    x1, x2 = origin.x, target.right + 2
    bend = (x1 - x2) / 2 + 6
    return Line(f"M{x1:g} {y1:g}C{x1 - bend:g} {y1:g} {x2 + bend:g} {y2:g} {x2:g} {y2:g}", f"M{x2 - 1:g} {y2:g}l7-3.2v6.4z", state, beside)
