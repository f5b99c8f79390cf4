"""What an entry is found by."""

from hashlib import sha256
from typing import Final

from sheber.kit.findable import Kind, Source
from sheber.kit.folding import sort_text
from sheber.kit.letters import key, keys

SORT_LENGTH: Final = 40
FORMAT: Final = 2
"""Counted up when words are made in another way: the index is then made anew by the next migration."""


def words_of(kind: Kind, source: Source) -> dict[str, bool]:
    """Words of an entry, each with whether it is only the inside of one."""
    from sheber.kit.letters import inner

    begins = keys(source.texts) | ({key(code) for code in source.codes} - {""})
    found = dict.fromkeys(begins, False)
    if kind.inside:
        for one in keys(source.texts):
            for end in inner(one):
                found.setdefault(end, True)
    return found


def shelf_of(kind: Kind, source: Source) -> str:
    """Under what the words of an entry stand: the kind, or beside it what is set aside, where no search looks."""
    return shelf(kind.name, set_aside=source.set_aside)


def shelf(kind: str, *, set_aside: bool) -> str:
    """The same for the name of a kind."""
    return f"{kind} aside" if set_aside else kind


def sort_of(source: Source) -> str:
    """What entries of one rank are sorted by."""
    return sort_text(source.texts[0])[:SORT_LENGTH] if source.texts else ""


def layout(kinds: list[Kind]) -> str:
    """A name of how the index is made: the format, and the kinds with what they are made from."""
    told = [(one.name, one.inside, [(watch.model.__name__, watch.via, watch.fields) for watch in one.watch]) for one in kinds]
    return sha256(repr((FORMAT, told)).encode()).hexdigest()
