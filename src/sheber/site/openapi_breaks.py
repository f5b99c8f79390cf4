"""What of a description of the API breaks clients of an earlier one. Additions break nobody; the rules are in docs/reference/api.md.

What clients send is compared the other way round from what they get: an input may become wider and never narrower, an answer narrower
and never wider, save for new fields and new values of an enumeration, which clients are told to expect.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Schema = Mapping[str, Any]
Way = Literal["in", "out"]
METHODS: Final = ("get", "put", "post", "patch", "delete", "head", "options")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACT: Final = ("pattern", "format", "multipleOf", "uniqueItems")


@dataclass(frozen=True, slots=True, order=True)
class Break:
    """``where`` names the operation and the place in it, ``what`` is a sentence."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def breaks(released: Schema, now: Schema) -> list[Break]:
    """Every break, in order, each once; empty when clients of ``released`` work with ``now``."""
    return sorted(set(_Comparison(released, now).all()))


class _Comparison:
    def __init__(self, released: Schema, now: Schema) -> None:
        self.released, self.now = released, now
        self.under_way: set[tuple[str, str, Way]] = set()

    def all(self) -> Iterator[Break]:
        for path, operations in self.released["paths"].items():
            for method in METHODS:
                if method not in operations:
                    continue
                where, new = f"{method.upper()} {path}", self.now["paths"].get(path, {}).get(method)
                if new is None:
                    yield Break(where, "the operation is gone")
                else:
                    yield from self.operation(where, operations[method], new)

    # ---- operations ----

    def operation(self, where: str, old: Schema, new: Schema) -> Iterator[Break]:
        if old.get("operationId") != new.get("operationId"):
            yield Break(where, f"operationId {old.get('operationId')} is now {new.get('operationId')}: generated clients lose its name")
        yield from _security(where, old.get("security") or [], new.get("security") or [])
        yield from self.parameters(where, old.get("parameters", ()), new.get("parameters", ()))
        yield from self.body(where, old.get("requestBody"), new.get("requestBody"))
        for status, answer in old.get("responses", {}).items():
            found = new.get("responses", {}).get(status)
            if found is None:
                if status.startswith("2"):
                    yield Break(where, f"the answer {status} is gone")
                continue
            yield from self.content(f"{where} answer {status}", _deref(answer, self.released).get("content", {}),
                                    _deref(found, self.now).get("content", {}), "out")

    def parameters(self, where: str, old: Sequence[Schema], new: Sequence[Schema]) -> Iterator[Break]:
        olds = {(one["in"], one["name"]): one for one in (_deref(each, self.released) for each in old)}
        news = {(one["in"], one["name"]): one for one in (_deref(each, self.now) for each in new)}
        for key, one in olds.items():
            here = f"{where} {key[0]} parameter {key[1]}"
            if key not in news:
                yield Break(here, "the parameter is gone")
                continue
            if news[key].get("required") and not one.get("required"):
                yield Break(here, "the parameter is required now")
            yield from self.schema(here, one.get("schema", {}), news[key].get("schema", {}), "in")
        for key, one in news.items():
            if key not in olds and one.get("required"):
                yield Break(f"{where} {key[0]} parameter {key[1]}", "a new parameter is required")

    def body(self, where: str, old: Schema | None, new: Schema | None) -> Iterator[Break]:
        here = f"{where} body"
        if old is None:
            if new is not None and _deref(new, self.now).get("required"):
                yield Break(here, "a body is required now")
            return
        if new is None:
            yield Break(here, "no body is taken any more")
            return
        old, new = _deref(old, self.released), _deref(new, self.now)
        if new.get("required") and not old.get("required"):
            yield Break(here, "the body is required now")
        yield from self.content(here, old.get("content", {}), new.get("content", {}), "in")

    def content(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[Break]:
        for kind, one in old.items():
            if kind not in new:
                yield Break(where, f"the media type {kind} is gone")
            else:
                yield from self.schema(where, one.get("schema", {}), new[kind].get("schema", {}), way)

    # ---- schemas ----

    def schema(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[Break]:
        """Each alternative that clients rely on must have one among the others that does as well."""
        pair = (str(old.get("$ref", "")), str(new.get("$ref", "")), way)
        if pair[0] and pair[1]:
            if pair in self.under_way:                       # a shape that holds itself
                return
            self.under_way.add(pair)
        olds, news = _alternatives(old, self.released), _alternatives(new, self.now)
        for relied in (olds if way == "in" else news):
            tried = [list(self.one(where, relied, other, way) if way == "in" else self.one(where, other, relied, way))
                     for other in (news if way == "in" else olds)]
            if all(tried):
                yield from min(tried, key=len, default=[Break(where, _gone(relied, way))]) if len(olds) == len(news) == 1 else _best(
                    where, relied, tried, way)
        if pair[0] and pair[1]:
            self.under_way.discard(pair)

    def one(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[Break]:
        wrong = _types(old, new, way)
        if wrong:
            yield Break(where, wrong)
            return
        yield from (Break(where, what) for what in _values(old, new, way))
        if way == "in":
            yield from (Break(where, what) for what in _bounds(old, new))
        elif old.get("format") != new.get("format"):
            yield Break(where, f"the format {old.get('format')} is now {new.get('format')}")
        if "items" in old or "items" in new:
            yield from self.schema(f"{where}[]", old.get("items", {}), new.get("items", {}), way)
        if "properties" in old or "properties" in new or "additionalProperties" in old or "additionalProperties" in new:
            yield from self.fields(where, old, new, way)

    def fields(self, where: str, old: Schema, new: Schema, way: Way) -> Iterator[Break]:
        olds, news = old.get("properties", {}), new.get("properties", {})
        rest_old, rest_new = old.get("additionalProperties", True), new.get("additionalProperties", True)
        for name, one in olds.items():
            here = f"{where}.{name}"
            if name in news:
                yield from self.schema(here, one, news[name], way)
            elif way == "out":
                yield Break(here, "the field is gone")
            elif rest_new is False:
                yield Break(here, "the field is refused now")
        before, after = set(old.get("required", ())), set(new.get("required", ()))
        if way == "in":
            yield from (Break(f"{where}.{name}", "the field is required now") for name in sorted(after - before))
            if rest_new is False and rest_old is not False:
                yield Break(where, "fields that are not known are refused now")
        else:
            yield from (Break(f"{where}.{name}", "the field may be missing now") for name in sorted((before - after) & set(news)))
        if isinstance(rest_old, Mapping) and isinstance(rest_new, Mapping):
            yield from self.schema(f"{where}.*", rest_old, rest_new, way)


def _security(where: str, old: Sequence[Schema], new: Sequence[Schema]) -> Iterator[Break]:
    if not old and new:
        yield Break(where, "it needs a sign-in now")
    for way in old:
        if new and not any(set(one) <= set(way) for one in new):
            yield Break(where, f"one can no longer sign in by {', '.join(sorted(way))}")


def _deref(value: Schema, document: Schema) -> Schema:
    """What a local reference stands for. Raises ``KeyError`` when it leads nowhere."""
    while "$ref" in value:
        found: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def _alternatives(schema: Schema, document: Schema) -> list[Schema]:
    """The plain shapes a value may have: references followed, ``anyOf`` and lists of types taken apart, ``allOf`` put together."""
    schema = _deref(schema, document)
    for key in ("anyOf", "oneOf"):
        if key in schema:
            rest = {name: value for name, value in schema.items() if name not in {key, "title", "description", "default", "examples"}}
            return [{**rest, **one} for each in schema[key] for one in _alternatives(each, document)]
    if "allOf" in schema:
        merged: dict[str, Any] = {name: value for name, value in schema.items() if name != "allOf"}
        for each in schema["allOf"]:
            for name, value in _alternatives(each, document)[0].items():
                merged[name] = ({**merged[name], **value} if isinstance(value, Mapping) and isinstance(merged.get(name), Mapping)
                                else [*merged[name], *value] if name == "required" and name in merged else value)
        return [merged]
    if isinstance(schema.get("type"), list):
        return [{**schema, "type": one} for one in schema["type"]]
    if "const" in schema:
        return [{**{name: value for name, value in schema.items() if name != "const"}, "enum": [schema["const"]]}]
    return [schema]


def _types(old: Schema, new: Schema, way: Way) -> str:
    before, after = old.get("type"), new.get("type")
    if before == after or (way == "in" and after is None) or (way == "out" and before is None):
        return ""
    if (before, after) == (("integer", "number") if way == "in" else ("number", "integer")):
        return ""
    return f"the type {before or 'any'} is now {after or 'any'}"


def _values(old: Schema, new: Schema, way: Way) -> Iterator[str]:
    before, after = old.get("enum"), new.get("enum")
    if before is not None and after is not None:
        if gone := [str(one) for one in before if one not in after]:
            yield f"values are gone: {', '.join(gone)}"
    elif after is not None and way == "in":
        yield "only listed values are taken now"
    elif before is not None and way == "out":
        yield "the values are listed no more"


def _bounds(old: Schema, new: Schema) -> Iterator[str]:
    for name in _LOWER:
        trivial = new.get(name) == 0 and name in {"minLength", "minItems", "minProperties"}
        if name in new and (name not in old or new[name] > old[name]) and not trivial:
            yield f"{name} {old.get(name, 'none')} is now {new[name]}"
    for name in _UPPER:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"{name} {old.get(name, 'none')} is now {new[name]}"
    for name in _EXACT:
        if name in new and new[name] and new[name] != old.get(name):
            yield f"{name} {old.get(name, 'none')} is now {new[name]}"


def _gone(relied: Schema, way: Way) -> str:
    kind = relied.get("type", "any")
    return f"the type {kind} is no longer taken" if way == "in" else f"the type {kind} may come now"


def _best(where: str, relied: Schema, tried: Sequence[Sequence[Break]], way: Way) -> Iterator[Break]:
    """Of several alternatives the nearest one tells what is wrong; when every type differs, the type does."""
    nearest = [one for one in tried if not any("the type " in each.what and each.where == where for each in one)]
    yield from min(nearest, key=len) if nearest else [Break(where, _gone(relied, way))]
