"""Whatever a process keeps from one request to the next is named here with the reason why another process may know better or not at all.

People's rights, sessions, counts of wrong passwords and rate limits are never kept in a process: see ADR 31.
"""

import ast
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "sheber"
REGISTRY = "filled at start-up from the code, the same in every process"
CODE = "computed from the code or from the argument alone"
KEPT = {
    "apps/programmes/queries/changes.py cache": "under the number of the save and the state of the profiles",
    "apps/programmes/queries/listing.py cache": "under the number of the save and the state of the profiles",
    "apps/programmes/rules/targets.py engineer_type_targets": "read from the package",
    "kit/consent.py _purposes": REGISTRY,
    "kit/exports.py _later": REGISTRY,
    "kit/findable.py": REGISTRY,
    "kit/letters.py": CODE,
    "kit/personal.py": REGISTRY,
    "kit/sources.py": "read from the package",
    "kit/formats.py": CODE,
    "site/api.py": CODE,
    "site/cli": "one command, one reader",
    "site/waiting.py cache": "under the number of the save and the language",
    "spine/accounts/provider_client.py _apps": "what a provider says about itself, five minutes at most; its absence three seconds",
    "spine/evidence/queries/by_source.py cache": "given again only after a look at what came to the ledger since; the ledger only grows",
    "spine/files/stores/__init__.py": "the store that the settings name",
    "spine/jobs/registry.py _handlers": REGISTRY,
    "spine/trash/registry.py": REGISTRY,
    "spine/operation/health.py _migrated": "that all migrations are applied stays true while the process lives",
    "spine/operation/services/maintenance.py _seen": "the note of this machine, looked at twice a second",
    "sealing.py": "keys derived from the settings",
}


def kept_in(path):
    """What a module keeps: the cache of Django, functions that remember their answers, and containers of the module that functions fill."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.core.cache":
            yield from (name.name for name in node.names)
        if isinstance(node, ast.FunctionDef):
            for mark in node.decorator_list:
                called = mark.func if isinstance(mark, ast.Call) else mark
                if isinstance(called, ast.Name) and called.id in {"lru_cache", "cache"}:
                    yield node.name
    for node in tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Dict | ast.List | ast.Set | ast.Call) and fills(tree, target.id):
            yield target.id


def fills(tree, name):
    """Whether a function of the module puts something into the container ``name``, and not only at start-up (``register`` and the like)."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef) or "register" in function.name or function.name in {"handler", "rule", "listen"}:
            continue
        local = {argument.arg for argument in function.args.args}
        for node in ast.walk(function):
            if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name) \
                    and node.value.id == name and name not in local:
                return True
    return False


def test_what_is_kept_has_a_reason():
    found = [f"{path.relative_to(SOURCE).as_posix()} {name}" for path in sorted(SOURCE.rglob("*.py"))
             if not {"tests", "migrations"} & set(path.parts) for name in kept_in(path)]
    assert len(found) > 10
    nameless = [one for one in found if not any(one.startswith(key) or key in one for key in KEPT)]
    assert nameless == [], "say in KEPT why it is right in each process, or keep it in the database"
    assert [key for key in KEPT if not any(one.startswith(key) or key in one for one in found)] == []
