"""Levels required of a graduate of each engineer type, read from the data that the product carries."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import yaml

from sheber.engines.curriculum.plan import Plan

_NOTHING: Mapping[str, float] = MappingProxyType({})


@lru_cache(maxsize=1)
def engineer_type_targets() -> Mapping[str, Mapping[str, float]]:
    """Engineer type to item of the CDIO Syllabus to level 0-5. Source: ``domain/engineer_types.yaml`` (status: proposed)."""
    text = files("sheber.data").joinpath("domain", "engineer_types.yaml").read_text(encoding="utf-8")
    types = yaml.safe_load(text)["types"]
    return MappingProxyType({str(code): MappingProxyType({str(item): float(level) for item, level in of["targets"].items()})
                             for code, of in types.items()})


def type_targets(engineer_type: str) -> Mapping[str, float]:
    """Targets of one engineer type; empty when there is no such type."""
    return engineer_type_targets().get(engineer_type, _NOTHING) if engineer_type else _NOTHING


def targets_of(plan: Plan) -> Mapping[str, float]:
    """The plan's own targets, else those of its engineer type."""
    return plan.targets or type_targets(plan.engineer_type)
