"""Whether the house is closed: for maintenance, or while a backup is being restored. Work that forgets things asks first.

Operation states how that is known::

    quiet.register(maintenance_is_on)
"""

from collections.abc import Callable

_closed: list[Callable[[], bool]] = []


def register(is_on: Callable[[], bool]) -> None:
    """Ask ``is_on`` too; the same question is asked once."""
    if is_on not in _closed:
        _closed.append(is_on)


def is_closed() -> bool:
    """Looked at now."""
    return any(is_on() for is_on in _closed)
