"""Who may import whom: STYLE of the house, checked in every build."""

import importlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FRONT_DOORS = {"services", "queries"}
# Under GPL or LGPL-with-conditions: peers of benchmarks in an environment of their own, or tools of developers. Never the product.
NEVER_IN_THE_PRODUCT = {"galvani", "PySpice", "InSpice", "djlint", "navani", "curricularanalytics", "pandas", "playwright", "hypothesis",
                        "pytest"}
ROOMS = {"access", "admin", "api", "apps", "attachments", "charts", "events", "exchange", "forms", "management", "migrations", "models",
         "notices", "personal", "queries", "rules", "search", "seeds", "services", "static", "tasks", "templates", "templatetags", "tests",
         "trash", "urls", "verbs", "views", "work"}
# Rooms of the spine that other systems enter besides services and queries, and what each is for.
SPINE_ROOMS = {"people": {"access", "middleware", "roles"}, "audit": {"middleware", "requests", "verbs"}, "evidence": {"sources"},
               "competences": {"demands", "framework_files", "profiles", "rules"}, "integrations": {"events", "middleware"},
               "jobs": {"clock", "registry"}, "files": {"targets"}, "notices": {"types"},
               "trash": {"asking", "registry", "undo"}}
# Rooms that only their own system and the settings enter: a way to sign in, and what is asked before a session; the pool of worker
# processes; frameworks in the shape of CASE; contents of files, their scanner and their way out; backups, what doctor looks at, probes,
# limits of requests, lines of the log, figures for a watcher, the page shown during maintenance, and what is said when the database or
# the room on the disk is gone; passwords as they are kept; roles that end, requests for
# erasure that wait; what an export of a table is narrowed by, and the file of a table.
INNER_ROOMS = {"audit": {"guard", "sealing"}, "people": {"steps", "waiting"},
               "accounts": {"backends", "confirming", "hashing", "middleware", "pictures", "provider_client", "signals", "waiting"},
               "competences": {"case"}, "exchange": {"narrowing", "sending"}, "jobs": {"worker"},
               "files": {"backup", "scanning", "sending", "stores"}, "privacy": {"waiting"},
               "operation": {"archive", "checks", "health", "limits", "logs", "metrics", "middleware", "outages", "pages"}}


def test_contracts_of_the_floors_are_kept():
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_systems_meet_only_at_front_doors(product_imports):
    trespass = []
    for importer, imported in product_imports:
        floor, house, room = [*imported.split(".")[1:4], "", "", ""][:3]
        guest = importer.split(".")[1:3] != ["apps", house] and not importer.startswith("sheber.site")
        if imported.startswith("sheber.apps.") and floor == "apps" and house and guest and room not in FRONT_DOORS:
            trespass.append(f"{importer} -> {imported}")
    assert trespass == []


def test_systems_write_and_read_the_spine_at_its_front_doors(product_imports):
    """A system of ``apps`` takes from the spine services, queries, and what a spine part opens by name."""
    trespass = []
    for importer, imported in product_imports:
        parts = [*imported.split("."), "", "", ""]
        if importer.startswith("sheber.apps.") and imported.startswith("sheber.spine."):
            house, room = parts[2], parts[3]
            if room not in FRONT_DOORS | SPINE_ROOMS.get(house, set()) | {"", "models"}:
                trespass.append(f"{importer} -> {imported}")
    assert trespass == []


def test_the_product_imports_no_tool_and_no_peer(product_imports):
    assert [f"{importer} -> {imported}" for importer, imported in product_imports if imported.split(".")[0] in NEVER_IN_THE_PRODUCT] == []


def test_every_system_has_only_known_rooms():
    unknown = []
    for floor in ("apps", "spine"):
        for system in sorted((ROOT / "src" / "sheber" / floor).iterdir()):
            if not system.is_dir() or system.name == "__pycache__":
                continue
            known = ROOMS | SPINE_ROOMS.get(system.name, set()) | INNER_ROOMS.get(system.name, set()) | {"__init__", "__pycache__"}
            unknown += [f"{floor}/{system.name}/{room.name}" for room in system.iterdir() if room.name.split(".")[0] not in known]
    assert unknown == []


def test_every_system_is_named_in_the_contract_of_rooms():
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    containers = next(contract for contract in contracts if contract["name"] == "Rooms inside a system")["containers"]
    systems = {f"sheber.{floor}.{path.parent.name}" for floor in ("apps", "spine")
               for path in (ROOT / "src" / "sheber" / floor).glob("*/__init__.py")}
    assert set(containers) == systems


def test_a_new_part_cannot_be_forgotten_by_the_graph(import_graph):
    """The graph sees what Python can import: an empty graph would make every test above pass."""
    assert {"sheber.site.cli", "sheber.spine.people.models", "sheber.apps.programmes.models", "django"} <= import_graph.modules
    assert importlib.import_module("sheber.site.cli").__name__ in import_graph.modules
