"""The description of the API is the one committed, and the API keeps every promise of it.

Schemathesis makes requests from the description, with values that fit it and values that do not, and sends them through the whole stack
as four people and as a program with a token. The draws are the same in every run.
"""

import json
from itertools import count
from pathlib import Path

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance, status_code_conformance

from sheber.kit.api import In, Out
from sheber.site.cli.openapi import document
from sheber.spine.integrations.tests.factories import make_delivery, make_token, make_webhook
from sheber.spine.people.roles import PERMISSIONS

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "docs" / "reference" / "openapi.json"
DESCRIPTION = json.loads(GOLDEN.read_text("utf-8"))
PROMISES = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {operation.label: operation for operation in
              (found.ok() for found in schemathesis.openapi.from_dict(DESCRIPTION).get_all_operations())}
TOKEN = "t" * 32


def test_the_description_is_the_one_committed():
    """A field more, a field less or another type is a decision: `sheber openapi docs/reference/openapi.json` writes the new one."""
    assert json.loads(document()) == DESCRIPTION


def shapes(kind):
    return {one for sub in kind.__subclasses__() for one in {sub, *shapes(sub)}}


def test_shapes_have_names_of_their_own():
    """Two shapes of one name would overwrite each other in the description."""
    names = [shape.__name__ for kind in (In, Out) for shape in shapes(kind) if "[" not in shape.__name__]
    assert sorted(name for name in set(names) if names.count(name) > 1) == []


def test_every_list_is_asked_for_in_parts():
    """One shape everywhere: ``items``, ``total``, ``limit``, ``offset``, ``next``, and what a list tells of itself; no bare list."""
    whole, shapes_known = [], DESCRIPTION["components"]["schemas"]
    for path, operations in DESCRIPTION["paths"].items():
        answer = operations.get("get", {"responses": {}})["responses"].get("200", {})
        shape = answer.get("content", {}).get("application/json", {}).get("schema", {})
        assert shape.get("type") != "array", path
        fields = shapes_known.get(shape.get("$ref", "").rsplit("/", 1)[-1], {}).get("properties", {})
        if "total" in fields or shape.get("$ref", "").endswith("Page"):
            assert set(fields) >= {"items", "total", "limit", "offset", "next"}, path
            given_names = {one["name"]: one["schema"] for one in operations["get"]["parameters"]}
            whole += [path] if given_names.get("limit", {}).get("maximum") != 200 or "offset" not in given_names else []
    assert whole == []


def known_values(nation):
    """What stands in addresses when an operation is to find something."""
    return {"code": "6B99001", "version": nation.draft.version, "course": "MAT1", "item": "1.1", "kind": "yaml", "soc": "17-2141.00",
            "competence_code": "1.1", "person_id": nation.people["student"].pk, "item_id": nation.item.pk,
            "assessment_id": nation.assessment.pk, **integrations(nation)}


def integrations(nation):
    owner = nation.people["administrator"]
    hook = make_webhook(owner=owner, at=nation.faculty)
    return {"webhook_id": hook.pk, "delivery_id": make_delivery(hook).pk, "token_id": make_token(owner=owner)[0].pk}


@pytest.fixture
def one_connection():
    """The server closes old connections around every request; here one transaction spans them all, as with Django's own test client."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.django_db
@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize("who", ["director", "student", "analyst", "administrator", "token"])
@pytest.mark.parametrize("label", OPERATIONS)
def test_promises_are_kept(lasting_nation, label, who):
    operation, sent = OPERATIONS[label], {"X-CSRFToken": TOKEN, "Host": "localhost"}
    if who == "token":
        scopes = [one for one in (*PERMISSIONS, "own") if one != "person.edit"]
        cookies, sent = {}, sent | {"Authorization": f"Bearer {make_token(owner=lasting_nation.people['administrator'], scopes=scopes)[1]}"}
    else:
        cookies = {"sheber_session": lasting_nation.client(who).cookies["sheber_session"].value, "sheber_csrf": TOKEN}
    application, known, number = get_wsgi_application(), known_values(lasting_nation), count()

    @settings(max_examples=12, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(case=strategies.one_of(operation.as_strategy(), operation.as_strategy(GenerationMode.NEGATIVE)))
    def ask(case):
        if next(number) % 3 and case.path_parameters:              # two of three times the thing is there
            case.path_parameters = {name: known.get(name, value) for name, value in case.path_parameters.items()}
        with transaction.atomic():
            answer = case.call(app=application, cookies=cookies, headers=sent)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=PROMISES)

    ask()
