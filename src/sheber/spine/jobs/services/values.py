"""Values as both databases keep them."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


def as_json(values: Mapping[str, object]) -> dict[str, Any]:
    """Plain JSON: dates and decimals as texts, no NaN, no character that PostgreSQL refuses. ``TypeError`` or ``ValueError`` otherwise."""
    text = json.dumps(dict(values), cls=DjangoJSONEncoder, allow_nan=False)
    found: dict[str, Any] = json.loads(text)
    return _kept(found) if "\\u0000" in text else found


def _kept(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd")
    if isinstance(value, list):
        return [_kept(one) for one in value]
    return {_kept(key): _kept(one) for key, one in value.items()} if isinstance(value, dict) else value
