"""Organisations for tests."""

from itertools import count
from typing import Any

from sheber.spine.organisations.models import Organisation

_number = count(1)


def make_root() -> Organisation:
    """The nation, made once in a test."""
    root = Organisation.objects.filter(parent__isnull=True).first()
    return root or _node(code="KZ", kind="nation", parent=None, name={"en": "Nation", "ru": "Страна", "kk": "Ел"})


def make_organisation(*, parent: Organisation | None = None, kind: str = "university", code: str = "", **fields: Any) -> Organisation:
    """A node below ``parent``, or below the root."""
    number = next(_number)
    fields.setdefault("name", {"en": f"Organisation {number}", "ru": f"Организация {number}", "kk": f"Ұйым {number}"})
    return _node(code=code or f"ORG-{number}", kind=kind, parent=parent or make_root(), **fields)


def _node(*, parent: Organisation | None, **fields: Any) -> Organisation:
    node = Organisation.objects.create(parent=parent, path=f"~{fields['code']}", **fields)
    node.path = f"{parent.path if parent else '/'}{node.pk}/"
    node.save(update_fields=["path"])
    node.refresh_from_db()
    return node
