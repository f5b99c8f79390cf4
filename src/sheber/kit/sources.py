"""What the ids of sources stand for, as the reference data names them."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Source:
    """A source of ``domain/sources.csv``; ``url`` may be empty."""

    id: str
    title: str
    url: str


@lru_cache(maxsize=1)
def _known() -> Mapping[str, Source]:
    text = files("sheber.data").joinpath("domain", "sources.csv").read_text(encoding="utf-8")
    return {row["source_id"]: Source(row["source_id"], row["what"], row["url"]) for row in csv.DictReader(text.splitlines())}


def sources(ids: Iterable[str]) -> list[Source]:
    """The sources named, in this order; an id nobody knows stands for itself."""
    return [_known().get(one, Source(one, one, "")) for one in ids]


def source_words(ids: Iterable[str]) -> str:
    """Titles for a line of text. The project's own proposals and memory are said in the reader's language."""
    own = {"OWN": _("own proposal, to be validated with stakeholders"), "MEM": _("general knowledge, not read from a source")}
    return "; ".join(own.get(one.id, one.title) for one in sources(ids))
