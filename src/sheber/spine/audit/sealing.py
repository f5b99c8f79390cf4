"""Values about people in entries: committed to, so that they can be dropped later while the chain still verifies. No database here.

The hash of an entry covers, in place of each such value, a commitment: SHA-256 over a random salt, the place, the value and whom it
is about. Value and salt stand in the row; readers see the value where it always was. An erasure drops both and keeps the commitment:
the hash of the entry is computed from it as before, and nobody can guess the value from it, because the salt (128 bits) is gone.

``seals`` of a row say for each place (``before.name``, ``after.email``, ``reason``) either ``{"salt": …}`` or, after an erasure,
``{"digest": …}``; ``of`` beside it is the person whom the value is about, where that is known.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from sheber.kit.personal import naming

Seals = Mapping[str, Mapping[str, Any]]

ERASED: Final = {"erased": True}
"""What stands in ``before`` and ``after`` where a value was."""
ERASED_TEXT: Final = "[erased]"
"""What stands as the reason where one was."""
PERSONAL_KEYS: Final = frozenset({
    "address", "assessor", "browser", "email", "filename", "ip", "mentor", "name", "network", "note", "owner", "person", "recipient",
    "student", "system", "title", "user"})
"""Keys whose values are sealed even when they look like a code."""
_PLAIN: Final = re.compile(r"(?:[a-z0-9_./:+-]*|[A-Z0-9_./:+-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+\+00:00)\Z")
"""Codes, numbers, days and moments: no name is written so, and no e-mail address."""
_PLAIN_LONGEST: Final = 128
_dumps = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def sealed_places(before: Mapping[str, Any], after: Mapping[str, Any], reason: str) -> list[str]:
    """Places of values that may tell of a person: every text that is not plainly a code, and every reason."""
    found = [f"{side}.{key}" for side, values in (("before", before), ("after", after)) for key, value in values.items()
             if _may_tell(key, value)]
    return [*found, "reason"] if reason else found


def _may_tell(key: str, value: Any) -> bool:
    texts = list(_texts(value))
    return any(texts) if key in PERSONAL_KEYS else any(not _is_plain(text) for text in (*texts, key))


def _is_plain(text: str) -> bool:
    return len(text) <= _PLAIN_LONGEST and _PLAIN.match(text) is not None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item)
            if not _is_plain(key):
                yield key
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def new_seals(before: Mapping[str, Any], after: Mapping[str, Any], reason: str, *, about: int | None) -> dict[str, dict[str, Any]]:
    """A salt for each value that may tell of a person."""
    of = {} if about is None else {"of": about}
    return {place: {"salt": secrets.token_hex(16), **of} for place in sealed_places(before, after, reason)}


def commitment(seal: Mapping[str, Any], place: str, value: Any) -> str:
    """SHA-256, hexadecimal, of ``[salt, place, of, value]`` as canonical JSON."""
    text = _dumps([seal["salt"], place, seal.get("of"), value])
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def masked(before: Mapping[str, Any], after: Mapping[str, Any], reason: str, seals: Seals) -> tuple[dict[str, Any], dict[str, Any], Any]:
    """The three with commitments in place of sealed values.

    Raises ``ValueError`` when a seal names a place where nothing stands, is of no known form, or stands for an erased value that is
    there all the same.
    """
    hidden: dict[str, Any] = {"before": dict(before), "after": dict(after), "reason": {"reason": reason}}
    for place, seal in seals.items():
        side, key = _side_and_key(place)
        if side not in hidden or key not in hidden[side]:
            raise ValueError(f"{place} is sealed, and nothing stands there")
        value = hidden[side][key]
        if set(seal) - {"of"} == {"salt"}:
            hidden[side][key] = {"sealed": commitment(seal, place, value)}
        elif set(seal) - {"of"} == {"digest"} and value == (ERASED_TEXT if place == "reason" else ERASED):
            hidden[side][key] = {"sealed": seal["digest"]}
        else:
            raise ValueError(f"{place} is neither whole nor erased")
    return hidden["before"], hidden["after"], hidden["reason"]["reason"]


def _side_and_key(place: str) -> tuple[str, str]:
    side, dot, key = place.partition(".")
    return side, key if dot else side


def erased_places(seals: Seals) -> list[str]:
    """Places whose values were dropped, sorted."""
    return sorted(place for place, seal in seals.items() if "digest" in seal)


def without(before: Mapping[str, Any], after: Mapping[str, Any], reason: str, seals: Seals, *,
            places: list[str]) -> tuple[dict[str, Any], dict[str, Any], str, dict[str, dict[str, Any]]]:
    """The row after the values at ``places`` and their salts were dropped; the hash computed from it is the same."""
    values: dict[str, Any] = {"before": dict(before), "after": dict(after), "reason": {"reason": reason}}
    kept = {place: dict(seal) for place, seal in seals.items()}
    for place in places:
        side, key = _side_and_key(place)
        digest = commitment(kept[place], place, values[side][key])
        kept[place] = {"digest": digest, **({"of": kept[place]["of"]} if "of" in kept[place] else {})}
        values[side][key] = ERASED_TEXT if place == "reason" else dict(ERASED)
    return values["before"], values["after"], values["reason"]["reason"], kept


class Wanted:
    """Whom an erasure is about: their number, and every address and name they are known by."""

    def __init__(self, person_id: int, names: list[str]) -> None:
        self.person_id = person_id
        self._pattern = naming(names)

    def is_in(self, value: Any) -> bool:
        """Whether a text inside ``value`` names them, as whole words, in whatever case."""
        return self._pattern is not None and any(self._pattern.search(text) for text in _texts(value))

    def blanked(self, text: str) -> str:
        """The text without their names."""
        return text if self._pattern is None else self._pattern.sub("…", text)

    def places(self, *, is_target: bool, before: Mapping[str, Any], after: Mapping[str, Any], reason: str, seals: Seals) -> list[str]:
        """Sealed places of one entry whose values are about them and still there.

        What is stated to be about them goes; so does whatever names them, except the name of somebody else who is called the same.
        """
        found = []
        for place, seal in seals.items():
            side, key = _side_and_key(place)
            value = reason if side == "reason" else {"before": before, "after": after}[side].get(key)
            of = seal.get("of")
            if "salt" in seal and (is_target or of == self.person_id or (
                    self.is_in(value) and (of is None or key not in {"name", "person", "email"}))):
                found.append(place)
        return found
