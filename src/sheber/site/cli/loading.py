"""What ``sheber reference load`` and ``sheber demo load`` load, in order. A loader adds only what is not there yet."""

import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Final, NamedTuple

from .language import gettext as _
from .language import noop


class Loader(NamedTuple):
    """A function without required arguments, as ``module:name``, and what it brings."""

    place: str
    brings: str

    def load(self) -> object:
        module, name = self.place.split(":")
        return getattr(import_module(module), name)()


REFERENCE: Final = (
    Loader("sheber.spine.organisations.seeds:seed_reference", noop("Regions, sectors and the nation")),
    Loader("sheber.spine.competences.seeds:seed_reference", noop("Frameworks, engineer types and occupations")),
)
DEMONSTRATION: Final = (
    Loader("sheber.spine.organisations.seeds:load_demo", noop("Organisations")),
    Loader("sheber.spine.people.seeds:load_demo", noop("People and their roles")),
    Loader("sheber.apps.programmes.services.demo:load_demo_programmes", noop("Programmes")),
    Loader("sheber.apps.programmes.services.demo_students:load_demo_students", noop("Students, assessments and evidence")),
)


def load(loaders: Sequence[Loader]) -> list[dict[str, object]]:
    """Run ``loaders`` in order; tell on stderr which one is at work. Returns a row for each: what, rows written, seconds."""
    rows: list[dict[str, object]] = []
    for loader in loaders:
        begun = time.monotonic()
        written = _count(loader.load())
        seconds = time.monotonic() - begun
        if sys.stderr.isatty():
            print(f"  {_(loader.brings)}: {written}", file=sys.stderr)
        rows.append({"what": _(loader.brings), "written": written, "seconds": round(seconds, 2)})
    return rows


def _count(written: object) -> int:
    """How many rows a loader wrote: it returns a number, or numbers by table."""
    if isinstance(written, Mapping):
        return sum(_count(value) for value in written.values())
    return int(written) if isinstance(written, int) else 0
