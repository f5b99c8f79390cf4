"""Why a content is refused."""

from typing import Any


class ContentError(Exception):
    """``code`` is stable; ``detail`` says more, JSON serialisable."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail
