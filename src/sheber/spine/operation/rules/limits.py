"""Rates: how many requests of a class a person, or an address, may make."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

RequestClass = Literal["api_read", "api_write", "export", "search", "upload"]
CLASSES: Final[tuple[RequestClass, ...]] = get_args(RequestClass)
DEFAULTS: Final[dict[RequestClass, int]] = {"api_read": 600, "api_write": 300, "export": 60, "search": 240, "upload": 30}
"""Requests a minute for one person; a machine room or a whole university behind one address has ADDRESS_SHARE times as many."""
ADDRESS_SHARE: Final = 20


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket of ``capacity`` tokens into which ``per_second`` flow; a request takes one."""

    capacity: float
    per_second: float


def read_limits(text: str) -> dict[RequestClass, int]:
    """Requests a minute by class out of ``api_read=600,export=30``; a class that is not named keeps its default, 0 or ``off``
    means no limit. Raises ``ValueError`` for what is neither."""
    if text.strip().lower() == "off":
        return {}
    found = dict(DEFAULTS)
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, equals, value = part.partition("=")
        if name not in CLASSES or not equals or not value.isascii() or not (value.isdigit() or value == "off"):
            raise ValueError(part)
        found[name] = 0 if value == "off" else int(value)
    return {name: value for name, value in found.items() if value}


def rate_of(per_minute: int, *, share: int = 1) -> Rate:
    """A minute's worth may come at once; after that they come evenly."""
    return Rate(float(per_minute * share), per_minute * share / 60)


def class_of(*, method: str, path: str, view: str, is_export: bool, is_upload: bool) -> RequestClass | None:
    """The class of a request, or None for those that cost little and have no limit.

    ``view`` is the name of the address; ``is_export``: a file of a whole table is asked for; ``is_upload``: a file is sent.
    """
    unsafe = method not in {"GET", "HEAD", "OPTIONS"}
    if is_upload and unsafe:
        return "upload"
    if is_export or "export" in view:
        return "export"
    if "search" in view:
        return "search"
    if path.startswith("/api/"):
        return "api_write" if unsafe else "api_read"
    return None


def refilled(tokens: float, seconds: float, rate: Rate) -> float:
    """Tokens after ``seconds``; a clock that was set back adds none and takes none."""
    return min(rate.capacity, tokens + max(0.0, seconds) * rate.per_second)


def wait_s(tokens: float, rate: Rate) -> int:
    """Whole seconds until there is a token again, at least 1."""
    missing = max(0.0, 1.0 - tokens)
    return max(1, int(-(-missing // rate.per_second)) if rate.per_second else 3600)
