"""Loading rows that come with the product: the same file loaded twice writes once."""

import csv
import io
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, TypeVar

import yaml
from django.db import models

ModelT = TypeVar("ModelT", bound=models.Model)


def data_text(path: str) -> str:
    """A file of the product's own data, ``domain/abet.csv``, as text. Raises ``FileNotFoundError`` when it is not there."""
    return files("sheber.data").joinpath(path).read_text("utf-8-sig")


def data_csv(path: str) -> list[dict[str, str]]:
    """A CSV file of the product's own data: one mapping for each row."""
    return list(csv.DictReader(io.StringIO(data_text(path))))


def data_yaml(path: str) -> Any:
    """A YAML file of the product's own data."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same, in C where libyaml is there: ten times as fast
    return yaml.load(data_text(path), Loader=loader)  # noqa: S506 - both are safe loaders


def sources_of(value: Any) -> list[str]:
    """Ids of sources.csv from ``S01;S02`` or from a list."""
    parts = value.split(";") if isinstance(value, str) else (value or [])
    return [str(part).strip() for part in parts if str(part).strip()]


def upsert(model: type[ModelT], rows: Sequence[Mapping[str, Any]], *, key: str) -> int:
    """Add the rows that are missing and change those that differ; two statements at most besides the look. Returns how many.

    Rows have the same columns, named as the model's attributes (``region_id``); ``key`` is unique among them.
    """
    if not rows:
        return 0
    columns = tuple(rows[0])
    standing = {values[columns.index(key)]: values for values in model._default_manager.values_list(*columns)}
    wanted = [tuple(row[column] for column in columns) for row in rows]
    changed = [values for values in wanted if standing.get(values[columns.index(key)]) != values]
    model._default_manager.bulk_create(
        [model(**dict(zip(columns, values, strict=True))) for values in changed], update_conflicts=True, unique_fields=[key],
        update_fields=[column for column in columns if column != key], batch_size=500)
    return len(changed)
