"""The toolbar over a table: ``{% load sheber_tables %}{% toolbar table "Search by code" %}``."""

from typing import Any

from django import template

register = template.Library()


@register.inclusion_tag("kit/toolbar.html")
def toolbar(table: Any, placeholder: str = "", exports: bool = True) -> dict[str, Any]:
    """Search, one select a filter (sends itself on a change), and the files of the rows that pass."""
    choices = [{"name": f"{table.prefix}{one.name}", "label": one.label,
                "options": [(value, label, table.query.filters.get(one.name, "") == value) for value, label in one.choices]}
               for one in table.filters.values()]
    state = table.url(page=1)
    join = "&" if len(state) > 1 else ""
    files = [(kind.upper(), f"{state}{join}format={kind}") for kind in ("xlsx", "csv")] if exports else []
    kept = [(name, value) for name, value in table.others if name != "format"]
    return {"table": table, "placeholder": placeholder, "choices": choices, "files": files, "kept": kept, "field": f"{table.prefix}q",
            "searches": table.search is not None or callable(table.rows_source)}
