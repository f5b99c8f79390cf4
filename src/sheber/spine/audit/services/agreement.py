"""Whether what is missing in the chain is what its own entries say was erased."""

from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from typing import Any, Final, Literal

from .. import sealing

ERASED_VERB: Final = "audit.values_erased"
"""Names in ``after["entries"]`` which entries lost the values at which places."""
SEALED_VERB: Final = "audit.sealed"
"""Written once by the upgrade to seals: a digest over the hashes, with seals, of all entries before it."""

Fault = tuple[int, Literal["erasure_unnamed", "erasure_undone", "hash_mismatch"], str, str]


class Agreement:
    """What a walk along the chain has seen: values that are gone, and entries that name them.

    ``after``: number of the entry before the first one walked by. Entries up to it are not seen; all of them, and the entry that
    vouches for those older than seals, were when the whole was walked along.
    """

    def __init__(self, *, after: int = 0) -> None:
        self._gone: dict[int, set[str]] = {}
        self._named: dict[int, set[str]] = {}
        self._digest = sha256()
        self._early, self._older = 0, after == 0
        self._covered = 0

    @property
    def entries(self) -> int:
        """How many entries lost values."""
        return len(self._gone)

    def heard(self, *, sequence: int, verb: str, after: Mapping[str, Any], seals: sealing.Seals, digest: str,
              sealed_hash: str) -> tuple[str, str] | None:
        """Take in one entry whose hash fits; returns what should stand and what stands when it says something untrue."""
        if lost := sealing.erased_places(seals):
            self._gone[sequence] = set(lost)
        if sealed_hash:
            self._early = sequence
        if verb == ERASED_VERB:
            for number, places in after.get("entries", {}).items():
                if int(number) < sequence:              # an entry names what was erased, never what will be
                    self._named.setdefault(int(number), set()).update(places)
        if self._older and verb == SEALED_VERB:
            self._older, self._covered = False, sequence - 1
            if (after.get("entries"), after.get("digest")) != (sequence - 1, self._digest.hexdigest()):
                return str(after.get("digest")), self._digest.hexdigest()
        elif self._older and seals and not sealed_hash:
            self._older = False                         # sealed when it was written: what comes later was never older than seals
        if self._older:
            self._digest.update((sealed_hash or digest).encode())
        return None

    def fault(self, erased_now: Callable[[Collection[int]], Mapping[int, set[str]]]) -> Fault | None:
        """The first entry that lost a value no entry names, has one back that was erased, or says that it is older than seals and
        is not. ``erased_now`` reads some entries again: an erasure may have come in between, and what this walk saw named may have
        been erased from entries before it began."""
        found: list[Fault] = []
        if self._early > self._covered:
            found.append((self._early, "hash_mismatch", "", "sealed_hash"))
        doubtful = [number for number, named in self._named.items() if named - self._gone.get(number, set())]
        now = erased_now(doubtful) if doubtful else {}
        for number in sorted(self._gone.keys() | self._named.keys()):
            gone, named = self._gone.get(number, set()), self._named.get(number, set())
            if gone - named:
                found.append((number, "erasure_unnamed", ", ".join(sorted(named)), ", ".join(sorted(gone))))
                break
            if named - gone and named - now.get(number, set()):
                gone = gone or now.get(number, set())
                found.append((number, "erasure_undone", ", ".join(sorted(named)), ", ".join(sorted(gone))))
                break
        return min(found, default=None)
