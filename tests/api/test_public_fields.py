"""What goes out beyond one's own house is an allow-list: the exact fields, kept in ``public_fields.json``.

Public are answers of operations that open without a sign-in, or by a permission that some role holds in the whole nation: what they show
is read by other universities, enterprises and the ministry. A field more here is a decision about everybody's data. After one, write the
list anew: ``SHEBER_WRITE_GOLDEN=1 pytest tests/api/test_public_fields.py``, and say in the commit why it may be seen.
"""

import json
import os
from pathlib import Path

from sheber.kit.access import find_rule
from sheber.site.api import api
from sheber.site.cli.openapi import document
from sheber.spine.people.roles import ROLE_GRANTS

GOLDEN = Path(__file__).parent / "public_fields.json"
NATION_WIDE = frozenset().union(*(grants.nation_wide for grants in ROLE_GRANTS.values()))


def public_operations():
    """``operationId`` to the schema of its description, for operations whose rule opens beyond one's house."""
    names = {}
    for _prefix, router in api._routers:
        for path in router.path_operations.values():
            for operation in path.operations:
                for method in operation.methods:
                    names[operation.operation_id] = (f"api-v1:{operation.url_name or path.url_name}", method)
    found = {}
    for operations in json.loads(document())["paths"].values():
        for method, one in operations.items():
            name, _method = names[one["operationId"]]
            rule = find_rule(name, method.upper())
            if rule is not None and (rule.public or rule.permission in NATION_WIDE):
                found[one["operationId"]] = one
    return found


def shapes_of(operations, schemas):
    """Every shape that the good answers hold, however deep."""
    waiting = [part for one in operations.values() for status, answer in one["responses"].items() if status.startswith("2")
               for part in references(answer)]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting += references(schemas[name])
    return seen


def references(value):
    if isinstance(value, dict):
        return [one for key, part in value.items() for one in ([part.rsplit("/", 1)[1]] if key == "$ref" else references(part))]
    return [one for part in value for one in references(part)] if isinstance(value, list) else []


def public_fields():
    schemas = json.loads(document())["components"]["schemas"]
    shapes = shapes_of(public_operations(), schemas)
    return {name: sorted(schemas[name].get("properties", {})) for name in sorted(shapes)}


def test_no_field_appears_in_public_by_itself():
    found = public_fields()
    if os.environ.get("SHEBER_WRITE_GOLDEN") == "1":
        GOLDEN.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    known = json.loads(GOLDEN.read_text("utf-8"))
    appeared = {name: more for name, fields in found.items() if (more := sorted(set(fields) - set(known.get(name, ()))))}
    assert appeared == {}, "fields that other houses would see"
    assert found == known, "the list names what is no longer there"


BY_CONSENT = {("ShownProfileOut", "person_id"), ("ShownProfileDetailOut", "person_id")}
"""Of students who agree that enterprises see their profile, and of nobody else: ``tests/access/test_consents.py``."""


def test_the_list_is_not_empty_and_names_nobody():
    """Names and addresses of people, and their evidence, are for their own house. ``gap`` names people only to those who may see them."""
    found = public_fields()
    assert {"OrganisationOut", "VersionOut"} <= set(found)
    told = {(name, field) for name, fields in found.items() for field in fields
            if field in {"email", "password", "person_id", "person_name", "ip", "user_agent", "digest", "secret", "phone", "birth_date"}}
    assert told == BY_CONSENT, told
