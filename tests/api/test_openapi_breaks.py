"""One test for each rule of the comparison, and the gate: the API of today breaks no client of the released one."""

import copy
import json
from pathlib import Path

import pytest

from sheber.site.cli import main
from sheber.site.openapi_breaks import breaks

ROOT = Path(__file__).resolve().parents[2]
RELEASED, NOW = ROOT / "docs" / "reference" / "openapi-released.json", ROOT / "docs" / "reference" / "openapi.json"


def test_no_client_of_the_released_api_is_broken():
    """When this fails, keep what is gone, or release a new version of the API beside this one."""
    found = breaks(json.loads(RELEASED.read_text("utf-8")), json.loads(NOW.read_text("utf-8")))
    assert found == [], "\n".join(map(str, found))


def description(*, answer=None, body=None, parameters=(), shapes=None, **operation):
    made = {"operationId": "thing", "parameters": list(parameters), "responses": {
        "200": {"content": {"application/json": {"schema": {"type": "object"} if answer is None else answer}}}}, **operation}
    if body is not None:
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"paths": {"/thing": {"post": made}}, "components": {"schemas": shapes or {}}}


def obj(required=(), **fields):
    return {"type": "object", "properties": fields, "required": list(required)}


TEXT, NUMBER, WHOLE, NULL = {"type": "string"}, {"type": "number"}, {"type": "integer"}, {"type": "null"}
ANY = [TEXT, NUMBER, WHOLE, NULL, obj(a=TEXT), {"type": "array", "items": TEXT}, {"anyOf": [TEXT, NULL]},
       {"type": "string", "enum": ["a", "b"]}, {}, {"type": "object", "additionalProperties": NUMBER}, {"type": "string", "maxLength": 3}]
# What changes, whether it breaks what clients send, whether it breaks what they get.
CHANGES = [
    ("another type", TEXT, NUMBER, True, True),
    ("a whole number becomes any number", WHOLE, NUMBER, False, True),
    ("any number becomes a whole one", NUMBER, WHOLE, True, False),
    ("null may come", TEXT, {"anyOf": [TEXT, NULL]}, False, True),
    ("null may come, written as a list", TEXT, {"type": ["string", "null"]}, False, True),
    ("null may no longer come", {"anyOf": [TEXT, NULL]}, TEXT, True, False),
    ("the order of alternatives", {"anyOf": [TEXT, NULL]}, {"anyOf": [NULL, TEXT]}, False, False),
    ("a type is said where none was", {}, TEXT, True, False),
    ("a type is said no more", TEXT, {}, False, True),
    ("a value is gone", {"type": "string", "enum": ["a", "b"]}, {"type": "string", "enum": ["a"]}, True, True),
    ("a value is new", {"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", "b"]}, False, False),
    ("values are listed", TEXT, {"type": "string", "enum": ["a"]}, True, False),
    ("values are listed no more", {"type": "string", "enum": ["a"]}, TEXT, False, True),
    ("a constant is a list of one", {"const": "a"}, {"enum": ["a"]}, False, False),
    ("a shorter text", {"type": "string", "maxLength": 20}, {"type": "string", "maxLength": 19}, True, False),
    ("a longer text", {"type": "string", "maxLength": 20}, {"type": "string", "maxLength": 21}, False, False),
    ("a bound is new", WHOLE, {"type": "integer", "minimum": 0}, True, False),
    ("a bound is gone", {"type": "integer", "maximum": 5}, WHOLE, False, False),
    ("no least length is the same as none", TEXT, {"type": "string", "minLength": 0}, False, False),
    ("a pattern is new", TEXT, {"type": "string", "pattern": "^a"}, True, False),
    ("another format", {"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}, True, True),
    ("a field is gone", obj(a=TEXT, b=TEXT), obj(a=TEXT), False, True),
    ("a field is gone and unknown ones are refused", obj(a=TEXT, b=TEXT) | {"additionalProperties": False},
     obj(a=TEXT) | {"additionalProperties": False}, True, True),
    ("a field is new", obj(a=TEXT), obj(a=TEXT, b=TEXT), False, False),
    ("a required field is new", obj(a=TEXT), obj(["b"], a=TEXT, b=TEXT), True, False),
    ("a field becomes required", obj(a=TEXT), obj(["a"], a=TEXT), True, False),
    ("a field may be missing", obj(["a"], a=TEXT), obj(a=TEXT), False, True),
    ("a field within a field", obj(a=obj(b=TEXT)), obj(a=obj(b=NUMBER)), True, True),
    ("within a list", {"type": "array", "items": WHOLE}, {"type": "array", "items": TEXT}, True, True),
    ("within a map", {"type": "object", "additionalProperties": WHOLE}, {"type": "object", "additionalProperties": TEXT}, True, True),
    ("unknown fields are refused", obj(a=TEXT), obj(a=TEXT) | {"additionalProperties": False}, True, False),
    ("put together of parts", {"allOf": [obj(["a"], a=TEXT), obj(b=TEXT)]}, obj(["a"], a=TEXT, b=TEXT), False, False),
    ("an alternative is gone", {"oneOf": [TEXT, WHOLE]}, TEXT, True, False),
    ("an alternative is narrower", {"anyOf": [{"type": "string", "maxLength": 9}, NULL]},
     {"anyOf": [{"type": "string", "maxLength": 5}, NULL]}, True, False),
]


@pytest.mark.parametrize(("old", "new", "sent", "got"), [one[1:] for one in CHANGES], ids=[one[0] for one in CHANGES])
def test_rules_of_shapes(old, new, sent, got):
    assert bool(breaks(description(body=old), description(body=new))) is sent
    assert bool(breaks(description(answer=old), description(answer=new))) is got
    parameter = {"in": "query", "name": "q"}
    before, after = (description(parameters=[parameter | {"schema": one}]) for one in (old, new))
    assert bool(breaks(before, after)) is sent


@pytest.mark.parametrize("shape", ANY)
def test_nothing_changed_breaks_nothing(shape):
    one = description(body=shape, answer=shape)
    assert breaks(one, copy.deepcopy(one)) == []


QUERY = {"in": "query", "name": "q", "schema": TEXT}
OPERATIONS = [
    ("the operation is gone", description(), {"paths": {}}, "is gone"),
    ("its method is another", description(), {"paths": {"/thing": {"put": description()["paths"]["/thing"]["post"]}}}, "is gone"),
    ("its name is another", description(), description(operationId="other"), "operationId"),
    ("a parameter is gone", description(parameters=[QUERY]), description(), "parameter is gone"),
    ("a parameter moves", description(parameters=[QUERY]), description(parameters=[QUERY | {"in": "header"}]), "parameter is gone"),
    ("a parameter becomes required", description(parameters=[QUERY]),
     description(parameters=[QUERY | {"required": True}]), "required now"),
    ("a required parameter is new", description(), description(parameters=[QUERY | {"required": True}]), "new parameter is required"),
    ("a body is new", description(), description(body=TEXT), "a body is required"),
    ("a body is gone", description(body=TEXT), description(), "no body"),
    ("an answer is gone", description(), description(responses={"201": {}}), "answer 200 is gone"),
    ("a media type is gone", description(), description(responses={"200": {"content": {"text/csv": {}}}}), "media type"),
    ("a sign-in is new", description(), description(security=[{"Session": []}]), "sign-in"),
    ("a way to sign in is gone", description(security=[{"A": []}, {"B": []}]), description(security=[{"A": []}]), "sign in by B"),
]


@pytest.mark.parametrize(("old", "new", "told"), [one[1:] for one in OPERATIONS], ids=[one[0] for one in OPERATIONS])
def test_rules_of_operations(old, new, told):
    found = breaks(old, new)
    assert len(found) == 1, found
    assert told in str(found[0])


@pytest.mark.parametrize("new", [
    description(parameters=[QUERY]), description(security=[]), {"paths": {**description()["paths"], "/more": {"get": {}}}},
    description(responses={**description()["paths"]["/thing"]["post"]["responses"], "201": {}, "409": {}}),
    description(summary="Other words")])
def test_additions_break_nobody(new):
    assert breaks(description(), new) == []


def test_a_shape_that_holds_itself_ends_and_is_compared():
    ref = {"$ref": "#/components/schemas/Node"}
    node = obj(["name"], name=TEXT, below={"type": "array", "items": ref})
    old, same = (description(answer=ref, shapes={"Node": copy.deepcopy(node)}) for _ in range(2))
    assert breaks(old, same) == []
    changed = description(answer=ref, shapes={"Node": obj(["name"], name=NUMBER, below=node["properties"]["below"])})
    assert [one.where for one in breaks(old, changed)] == ["POST /thing answer 200.name"]


def test_every_field_of_every_answer_is_watched():
    """Take any one field off any shape of the real description: the gate notices, unless nothing that answers holds the shape."""
    real = json.loads(NOW.read_text("utf-8"))
    unseen = []
    for name, shape in real["components"]["schemas"].items():
        if not shape.get("properties") or name.endswith(("In", "Filters", "Change", "New")):
            continue
        less = copy.deepcopy(real)
        field = next(iter(shape["properties"]))
        del less["components"]["schemas"][name]["properties"][field]
        if not breaks(real, less):
            unseen.append(name)
    asked_only = {name for name in unseen if f'"#/components/schemas/{name}"' not in _answers(real)}
    assert set(unseen) == asked_only


def _answers(real):
    """All that answers may hold, as text: their schemas and what these refer to."""
    text, size = json.dumps([operation["responses"] for one in real["paths"].values() for operation in one.values()]), 0
    while size != len(text):
        size = len(text)
        text = text + "".join(json.dumps(shape) for name, shape in real["components"]["schemas"].items()
                              if f'"#/components/schemas/{name}"' in text and json.dumps(shape) not in text)
    return text


def test_the_command_names_what_breaks(tmp_path, capsys):
    released = json.loads(NOW.read_text("utf-8"))
    same, more = tmp_path / "same.json", tmp_path / "more.json"
    same.write_text(json.dumps(released), "utf-8")
    released["paths"]["/api/v1/once"] = {"get": {"operationId": "once", "responses": {}}}
    more.write_text(json.dumps(released), "utf-8")
    assert main(["openapi", "--against", str(same), "--language", "en"]) == 0
    assert main(["openapi", "--against", str(more), "--language", "en"]) == 1
    assert "GET /api/v1/once: the operation is gone" in capsys.readouterr().out
    assert main(["openapi", "--against", str(tmp_path / "none.json"), "--language", "en"]) == 2
