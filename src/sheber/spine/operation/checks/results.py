"""What a check answers."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warn", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``check`` is a stable name; ``todo`` is empty when all is well."""

    check: str
    state: State
    sentence: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """Handed to a check: its name, and whether to look at everything."""

    check: str
    deep: bool = False

    def ok(self, sentence: str) -> Finding:
        return Finding(self.check, "ok", sentence)

    def warn(self, sentence: str, todo: str) -> Finding:
        return Finding(self.check, "warn", sentence, todo)

    def bad(self, sentence: str, todo: str) -> Finding:
        return Finding(self.check, "bad", sentence, todo)
