"""The list of parts, held against the schema of CycloneDX and against what is installed and locked."""

import json
from importlib.metadata import distributions

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from sheber.site import parts


def test_it_is_cyclonedx_and_names_every_package():
    text = parts.sbom_json()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    told = json.loads(text)
    libraries = {parts.normal(one["name"]): one for one in told["components"] if one["type"] == "library"}
    assert set(libraries) == {parts.normal(one.name) for one in distributions() if one.metadata["Name"]} - {"sheber"}
    lock = (parts.LOCKS / "core.txt").read_text("utf-8")
    for name in ("django", "granian", "psycopg"):
        one = libraries[name]
        listed = {entry["content"] for entry in one.get("hashes", ())} | {entry["value"] for entry in one.get("properties", ())}
        assert listed
        assert all(digest in lock for digest in listed)
    without = [name for name, one in libraries.items() if not one.get("licenses")]
    assert len(without) < len(libraries) / 20, without
    assets = {one["name"]: one for one in told["components"] if one["type"] == "file"}
    assert {"htmx.min.js", "vega.js"} <= set(assets)
    edges = {one["ref"]: one.get("dependsOn", ()) for one in told["dependencies"]}
    assert any(ref.startswith("django@") for ref in edges["sheber"])
    assert any(ref.startswith("sqlparse@") for name, refs in edges.items() if name.startswith("django@") for ref in refs)


def test_made_by_the_command_it_is_whole(tmp_path):
    from sheber.site.cli import main

    assert main(["sbom", str(tmp_path / "parts.json")]) == 0
    assert json.loads((tmp_path / "parts.json").read_text("utf-8"))["bomFormat"] == "CycloneDX"
