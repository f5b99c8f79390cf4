"""What every part of the API shares: shapes of texts, problems and pages of a list."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Final, Generic, TypeVar

from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field

from .errors import DomainError

ItemT = TypeVar("ItemT")
MOST: Final = 200
FURTHEST: Final = 10_000_000


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("a text holds no NUL character")
    return text


Word = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
"""A short text that comes from outside."""
Prose = Annotated[str, Field(max_length=2000), AfterValidator(_storable)]
"""A longer text that comes from outside."""


class Out(Schema):
    """What goes out: fields are listed one by one, so a new column of a table never leaks by itself."""


class In(Schema):
    """What comes in: a field that is not known is refused rather than ignored."""

    model_config = ConfigDict(extra="forbid")


class Texts(Out):
    """A text in three languages; a language without a text is empty."""

    kk: str = Field("", description="Kazakh")
    ru: str = Field("", description="Russian")
    en: str = Field("", description="English")


class TextsIn(In):
    """A text in up to three languages."""

    kk: Prose = Field("", description="Kazakh")
    ru: Prose = Field("", description="Russian")
    en: Prose = Field("", description="English")


class Problem(Out):
    """Every refusal, whatever its status."""

    code: str = Field(description="Stable; for programs.", examples=["stale"])
    message: str = Field(description="A sentence in the reader's language.",
                         examples=["Someone else saved this version after you opened it. Nothing you typed is lost."])
    detail: dict[str, Any] = Field(description="What explains the refusal; depends on the code.", examples=[{"yours": 7, "saved": 8}])


class Paging(Schema):
    """Which part of a list is asked for."""

    limit: int = Field(50, ge=1, le=MOST, description=f"How many entries at most, 1 to {MOST}.")
    offset: int = Field(0, ge=0, le=FURTHEST, description="How many entries to leave out first.")


class Page(Out, Generic[ItemT]):
    """A part of a list; ``next`` leads on until it is empty."""

    items: list[ItemT]
    total: int = Field(description="Entries in the whole list, as far as the reader may see it.")
    limit: int
    offset: int
    next: str | None = Field(None, description="Address of the next part, with the same filters; empty at the end.",
                             examples=["/api/v1/occupations?text=engineer&limit=20&offset=40"])

    @staticmethod
    def resolve_next(part: Any, context: Mapping[str, Any]) -> str | None:
        """Worked out here, so that no operation can forget it."""
        values = part if isinstance(part, Mapping) else vars(part)
        beyond = int(values["offset"]) + int(values["limit"])
        request = context["request"]
        if beyond >= int(values["total"]) or beyond > FURTHEST:
            return None
        asked = request.GET.copy()
        asked["limit"], asked["offset"] = str(values["limit"]), str(beyond)
        return f"{request.path}?{asked.urlencode()}"


def page(rows: Sequence[Any], total: int, paging: Paging) -> dict[str, Any]:
    """A page whose rows the database has cut already."""
    return {"items": rows, "total": total, "limit": paging.limit, "offset": paging.offset}


def cut(rows: Sequence[Any], paging: Paging) -> dict[str, Any]:
    """A page of rows that are all at hand."""
    return page(rows[paging.offset:paging.offset + paging.limit], len(rows), paging)


def filled(shape: type[Schema], row: Any, /, **more: Any) -> dict[str, Any]:
    """The fields of ``shape``: those given, else the attributes of ``row``."""
    return {name: more[name] if name in more else getattr(row, name) for name in shape.model_fields}


@contextmanager
def told_current(shape: type[Schema], read: Callable[[], Any]) -> Iterator[None]:
    """A refusal that says ``stale`` brings along what is saved now, as ``detail.current``, so that a program can compare and try again.

    ``read`` is asked only then, after the transaction of the service has been rolled back.
    """
    try:
        yield
    except DomainError as no:
        if no.code != "stale":
            raise
        current = shape.model_validate(read()).model_dump()
        raise DomainError(no.code, str(no.message), **no.detail, current=current) from no
