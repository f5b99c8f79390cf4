"""The id that ties what is written to the request, command or job that wrote it."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("sheber_request_id", default="")
_via: ContextVar[str] = ContextVar("sheber_via", default="")


def new_request_id() -> str:
    """32 hexadecimal digits, the first 12 of them the milliseconds since 1970, so that ids sort by time."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def current_request_id() -> str:
    """Id of the request being answered, or empty outside of one."""
    return _current.get()


@contextmanager
def request_id_scope(request_id: str) -> Iterator[str]:
    """Everything recorded inside carries ``request_id``; for commands and background work as well as for requests."""
    token = _current.set(request_id)
    try:
        yield request_id
    finally:
        _current.reset(token)


def current_via() -> str:
    """By what the person acts, when it is not their own session: the visible beginning of a token; otherwise empty."""
    return _via.get()


@contextmanager
def via_scope(via: str) -> Iterator[None]:
    """Everything recorded inside says ``via`` beside its actor."""
    token = _via.set(via)
    try:
        yield
    finally:
        _via.reset(token)
