"""The demand an occupation makes: the target of its engineer type, shaded by how the occupation differs from its type."""

from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import Field

from sheber.apps.programmes.queries.gap import demand_against
from sheber.apps.programmes.rules.gap_words import weak_sentence
from sheber.kit.api import Out, Texts, filled
from sheber.kit.http import Request
from sheber.spine.competences import profiles
from sheber.spine.competences import queries as competences

from .common import LEVEL
from .gap import AgainstOut

router = Router(tags=["competences"])
GAP_FRAMEWORK = "CDIO"


class DemandRowOut(Out):
    """What the occupation asks of one item."""

    code: str = Field(examples=["4.3"])
    name: Texts
    level: float | None = Field(description="Shaded. " + LEVEL + " Empty: not required.")
    low: float | None = Field(description=LEVEL)
    high: float | None = Field(description=LEVEL)
    weight: float = Field(description="0 to 1; that of the engineer type.")
    deviation: float = Field(description="Occupation minus the mean of its type, in levels.")
    is_noise: bool = Field(description="The deviation is too small to mean anything.")
    is_weak: bool = Field(description="Rests on little.")
    weak_reason: str = Field(description="Why, in the reader's language.")
    is_kept: bool = Field(description="The source is silent, so the type's level stands.")


class DemandOut(Out):
    """The demand of an occupation, with where it comes from."""

    against: AgainstOut
    noise_below: float = Field(description="Differences below this many levels mean nothing.")
    rows: list[DemandRowOut]


@router.get("/occupations/{soc}/demand", response={200: DemandOut}, url_name="programmes_demand", operation_id="occupation_demand")
def occupation_demand(request: Request, soc: str) -> Any:
    """Levels to measure a programme or a person against."""
    framework = competences.framework(GAP_FRAMEWORK)
    items = profiles.item_rows(framework.id) if framework else ()
    if not soc or not any(row.soc == soc for row in profiles.occupations()):
        raise LookupError(_("There is no occupation with the code %(code)s.") % {"code": soc})
    demand, against = demand_against(soc, items=items, own_type="")
    rows = [{"code": item.code, "name": item.name, "level": _maybe(demand.level[k]), "low": _maybe(demand.low[k]),
             "high": _maybe(demand.high[k]), "weight": float(demand.weight[k]), "deviation": float(demand.deviation[k]),
             "is_noise": bool(demand.noise[k]), "is_weak": bool(demand.weak[k]),
             "weak_reason": weak_sentence(item.code) if demand.weak[k] else "", "is_kept": bool(demand.kept[k])}
            for k, item in enumerate(items)]
    named = filled(AgainstOut, against, engineer_type=against.engineer_type.code)
    return {"against": named, "noise_below": demand.noise_below, "rows": rows}


def _maybe(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
