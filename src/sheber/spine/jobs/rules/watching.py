"""Noticing that something stands still, without trusting any calendar.

A worker compares what it saw before with what it sees now, by its own monotonic clock. A clock that is set back or forward changes
nothing here: it neither keeps work of a dead worker from being taken, nor takes it from a living one.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", bound=Hashable)


@dataclass
class Watch(Generic[Key, Value]):
    """``patience_s``: how long a value has to stand still. ``gap_s``: a pause of the watcher longer than this makes it begin anew, because
    what stopped the watcher (a machine asleep, a database that is gone) may have stopped the others too."""

    patience_s: float
    gap_s: float
    _seen: dict[Key, tuple[Value, float]] = field(default_factory=dict)
    _last: float | None = None

    def look(self, values: Mapping[Key, Value], at_s: float) -> list[Key]:
        """Keys whose value has stood still for ``patience_s`` since this watcher first saw it; ``at_s`` is monotonic."""
        if self._last is not None and at_s - self._last > self.gap_s:
            self._seen.clear()
        self._last = at_s
        self._seen = {key: self._seen[key] if key in self._seen and self._seen[key][0] == value else (value, at_s)
                      for key, value in values.items()}
        return [key for key, (_value, since) in self._seen.items() if at_s - since >= self.patience_s]

    def forget(self) -> None:
        """Begin anew: something kept this watcher from seeing or writing."""
        self._seen.clear()
        self._last = None


@dataclass
class Waits(Generic[Key]):
    """Waits of a known length, counted by the watcher's own clock: a clock set back does not make them longer."""

    _since: dict[Key, float] = field(default_factory=dict)

    def over(self, waits_s: Mapping[Key, float], at_s: float) -> list[Key]:
        """Keys that this watcher has seen waiting for as long as their whole wait."""
        self._since = {key: self._since.get(key, at_s) for key in waits_s}
        return [key for key, wait_s in waits_s.items() if at_s - self._since[key] >= wait_s]
