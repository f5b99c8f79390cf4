"""What ``sheber doctor`` looks at. Each check answers with a state, a sentence, and what to do when all is not well."""

from collections.abc import Sequence

from .data import DATA
from .outside import OUTSIDE
from .results import Finding, Look
from .setting import SETTINGS

__all__ = ["Finding", "examine", "status_of"]


def examine(*, deep: bool = False, outside: bool = False) -> list[Finding]:
    """Every check in order; one that fails by itself is a finding too, and the rest go on. ``outside``: ask other servers too."""
    found: list[Finding] = []
    for name, check in (*SETTINGS.items(), *DATA.items(), *(OUTSIDE.items() if outside else ())):
        look = Look(name, deep)
        try:
            found.append(check(look))
        except Exception as no:                         # whatever breaks a check is a finding
            found.append(look.bad(f"{name}: {type(no).__name__}: {' '.join(str(no).split())[:200]}", ""))
    return found


def status_of(found: Sequence[Finding]) -> int:
    """0 all is well, 1 something deserves a look, 2 something is broken."""
    states = {one.state for one in found}
    return 2 if "bad" in states else 1 if "warn" in states else 0
