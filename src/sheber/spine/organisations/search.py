"""Organisations are found by name, short name, town and code; those that closed come after the others."""

from collections.abc import Iterable, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from sheber.kit.findable import Kind, Reader, Source, Watch, findable, texts_of
from sheber.kit.localised import LocalisedText
from sheber.kit.search import Hit

from .models import Organisation

ICON = "o-building-office-2"


def _read(keys: Sequence[str]) -> Iterable[Source]:
    rows = Organisation.objects.filter(pk__in=keys).order_by().values_list("id", "code", "name", "short_name", "city", "is_active")
    return [Source(str(pk), texts_of(name, short, city), (code,), frozenset({pk}), 0 if is_active else 1)
            for pk, code, name, short, city, is_active in rows]


def _show(keys: Sequence[str], _reader: Reader) -> Mapping[str, Hit]:
    rows = Organisation.objects.filter(pk__in=keys).order_by().values_list("id", "code", "name", "kind", "is_active")
    return {str(pk): Hit(str(LocalisedText.of(name)) or code, reverse("organisations:organisation", args=[code]),
                         str(Organisation.Kind(kind).label) if is_active else _("closed"), ICON)
            for pk, code, name, kind, is_active in rows}


findable(Kind("organisations", lambda: _("Organisations"), ICON, 36, "organisation.view", Organisation, _read, _show,
              (Watch(Organisation, "pk", ("code", "name", "short_name", "city", "is_active", "kind")),)))
