"""One error for every refusal a service makes."""

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A service refuses: ``code`` is stable, ``message`` is a sentence in the reader's language.

    ``detail`` holds what a page or a script needs to explain the refusal; it must be JSON serialisable.
    """

    def __init__(self, code: str, message: str, **detail: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.detail: Mapping[str, Any] = detail
