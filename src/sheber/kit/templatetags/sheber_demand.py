"""What is required, drawn on the scale 0-5: ``{% load sheber_demand %}{% demandbar "Operating" target=5 %}``."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from sheber.kit import formats, gapbars

register = template.Library()


def demand_sentence(label: str, target: float | None, demand: float | None, low: float | None, high: float | None) -> str:
    """What the drawing says, as one sentence for those who do not see it."""
    values = {"label": label, "target": formats.number(target, 1), "demand": formats.number(demand, 1, fixed=True)}
    if target is None:
        return _("%(label)s: nothing is required") % values
    if demand is None:
        return _("%(label)s: the engineer type requires level %(target)s") % values
    if low is None or high is None or low == high:
        return _("%(label)s: the occupation requires %(demand)s, its engineer type %(target)s") % values
    values |= {"low": formats.number(low, 1, fixed=True), "high": formats.number(high, 1, fixed=True)}
    return _("%(label)s: the occupation requires %(demand)s, between %(low)s and %(high)s; its engineer type %(target)s") % values


@register.inclusion_tag("kit/demandbar.html")
def demandbar(label: Any, *, target: float | None = None, demand: float | None = None, low: float | None = None,
              high: float | None = None) -> dict[str, Any]:
    """A dash-dot rule at the target of the type, a hollow triangle with a whisker at what the occupation asks; levels 0-5."""
    def at(value: float | None) -> str | None:
        return None if value is None else gapbars.position(value)

    return {"sentence": demand_sentence(str(label), target, demand, low, high), "levels": [gapbars.position(v) for v in gapbars.LEVELS],
            "halves": [gapbars.position(v) for v in gapbars.HALF_LEVELS], "target": at(target), "demand": at(demand), "low": at(low),
            "high": at(high)}
