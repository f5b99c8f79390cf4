"""Charts of the gap."""

from typing import Any

from django.utils.translation import gettext as _

from sheber.apps.programmes.queries.gap import GapReport
from sheber.apps.programmes.queries.gap_item import ItemSources
from sheber.kit import formats
from sheber.kit.charts import DASHES, Chart
from sheber.kit.sources import source_words


def gap_chart(report: GapReport, *, synthetic: bool) -> Chart:
    """Attained with its interval, planned and required, item by item."""
    values = [{"item": f"{row.code} {row.name}", "order": n, "required": row.required, "planned": row.planned, "attained": row.attained,
               "low": row.low, "high": row.high} for n, row in enumerate(report.rows)]
    y: dict[str, Any] = {"field": "item", "type": "nominal", "sort": {"field": "order"}, "title": None}
    level = {"type": "quantitative", "scale": {"domain": [0, 5]}, "axis": {"tickCount": 5}, "title": _("Level, 0–5")}
    title = _("Gap against %(name)s") % {"name": report.against.title}
    return Chart(
        name="gap", title=title,
        description=_("For each item: the level attained with its 95 %% interval as a bar, the planned level as a dashed outline and the "
                      "required level as a dash-dot line.") % {},
        spec={"height": {"step": 22}, "data": {"values": values}, "encoding": {"y": y}, "layer": [
            {"transform": [{"filter": "datum.planned !== null"}],
             "mark": {"type": "bar", "filled": False, "stroke": "var(--c3)", "strokeDash": DASHES["planned"], "height": {"band": 0.78},
                      "color": None},
             "encoding": {"x": {"field": "planned", **level}}},
            {"transform": [{"filter": "datum.attained !== null"}],
             "mark": {"type": "bar", "color": "var(--c1)", "height": {"band": 0.42}}, "encoding": {"x": {"field": "attained", **level}}},
            {"transform": [{"filter": "datum.low !== null"}], "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 1.5},
             "encoding": {"x": {"field": "low", **level}, "x2": {"field": "high"}}},
            {"transform": [{"filter": "datum.required !== null"}],
             "mark": {"type": "tick", "color": "var(--ink)", "thickness": 2, "strokeDash": DASHES["required"], "height": {"band": 1}},
             "encoding": {"x": {"field": "required", **level}}},
        ]},
        headings=[_("Item"), _("Required level"), _("Planned level"), _("Attained, mean"), _("Attained, low"), _("Attained, high")],
        rows=[[f"{row.code} {row.name}",
               *(formats.number(value, 1) for value in (row.required, row.planned, row.attained, row.low, row.high))]
              for row in report.rows],
        synthetic=synthetic, about={_("Method"): report.method.key, _("Measured"): report.measured_on.isoformat(),
                                    _("Source"): report.against.attribution or source_words(report.against.sources)},
        credit=report.against.attribution)


def spread_chart(sources: ItemSources, *, item: str, required: float | None, synthetic: bool) -> Chart:
    """How the people of a class are spread over half-levels of one item."""
    rows = [(f"{formats.number(low, 1)}–{formats.number(low + 0.5, 1)}", count) for low, count in sources.spread]
    values = [{"low": low, "high": low + 0.5, "people": count} for low, count in sources.spread]
    layers: list[dict[str, Any]] = [{
        "mark": {"type": "bar", "color": "var(--c1)", "binSpacing": 1},
        "encoding": {"x": {"field": "low", "type": "quantitative", "bin": {"binned": True, "step": 0.5}, "title": _("Level attained, 0–5"),
                           "scale": {"domain": [0, 5]}},
                     "x2": {"field": "high"},
                     "y": {"field": "people", "type": "quantitative", "title": _("People"), "axis": {"tickMinStep": 1}}}}]
    if required is not None:
        layers.append({"data": {"values": [{"required": required}]},
                       "mark": {"type": "rule", "color": "var(--ink)", "strokeWidth": 2, "strokeDash": DASHES["required"]},
                       "encoding": {"x": {"field": "required", "type": "quantitative"}}})
    return Chart(name="spread", title=_("Levels of the class in %(item)s") % {"item": item},
                 description=_("Histogram: people of the class by the level they have attained; the dash-dot line is the required level."),
                 spec={"height": 180, "data": {"values": values}, "layer": layers}, headings=[_("Level"), _("People")], rows=rows,
                 synthetic=synthetic)
