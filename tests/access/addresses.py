"""Every address of the product, found by walking the resolver; nothing is listed by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Address:
    """A pattern with its full name (``programmes:matrix``), the names of its arguments and the methods of an API path."""

    name: str
    route: str
    arguments: tuple[str, ...]
    methods: tuple[str, ...]


def addresses() -> list[Address]:
    """All of them, in the order of the resolver; of two patterns with one name and one route the first stands for both."""
    found: dict[tuple[str, str], Address] = {}
    for address in _walk(get_resolver(), (), "", ()):
        found.setdefault((address.name, address.route), address)
    return list(found.values())


def _walk(resolver: URLResolver, namespaces: tuple[str, ...], route: str, arguments: tuple[str, ...]) -> Iterator[Address]:
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        names = (*arguments, *one.pattern.converters)
        if isinstance(one, URLResolver):
            yield from _walk(one, (*namespaces, one.namespace) if one.namespace else namespaces, here, names)
        else:
            yield Address(":".join([*namespaces, one.name or ""]), here, names, _methods(one))


def _methods(pattern: URLPattern) -> tuple[str, ...]:
    """Methods that an API path answers to (its operations carry them); a page states one rule for all of its methods."""
    view = getattr(pattern.callback, "__self__", None)
    for cell in getattr(pattern.callback, "__closure__", None) or ():
        view = view or getattr(cell.cell_contents, "__self__", None)
        if hasattr(cell.cell_contents, "operations"):
            view = cell.cell_contents
    operations = getattr(view, "operations", ())
    return tuple(sorted({method for operation in operations for method in operation.methods})) or ("GET",)
