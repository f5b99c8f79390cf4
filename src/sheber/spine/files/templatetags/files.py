"""The block of files on the page of a thing."""

from collections.abc import Mapping
from typing import Any

from django import template

from sheber.spine.files import queries, targets

register = template.Library()


@register.inclusion_tag("files/_attachments.html", takes_context=True)
def attachments(context: Mapping[str, Any], kind: str, key: object, thing: targets.Thing | None = None) -> dict[str, Any]:
    """``{% attachments "organisations.organisation" row.id %}``: the files of the thing, as far as this reader may see them; nothing at
    all for whoever may neither see nor add any. ``thing`` spares the question for it where the page has it."""
    request, known, thing = context["request"], targets.kind_of(kind), thing or targets.thing(kind, str(key))
    if known is None or thing is None or not known.may_see(request, thing):
        return {"shown": False}
    files = queries.files_of(kind, str(key), targets.seen(request))
    may_add = known.may_add(request, thing)
    return {"shown": True, "files": files, "may_add": may_add, "kind": kind, "key": str(key), "personal": known.personal}
