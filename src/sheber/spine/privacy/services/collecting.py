"""All that is held about a person, collected into one file for them."""

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from sheber.kit import personal
from sheber.kit.exports import csv_bytes
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.audit import services as audit
from sheber.spine.people.models import User


@dataclass(frozen=True, slots=True)
class Part:
    """A table in the file: what it is, and how many rows."""

    holding: personal.Holding
    rows: int


@transaction.atomic
def data_collect(*, person_id: int) -> bytes:
    """A ZIP: each table as JSON and as CSV, and ``index.html`` in the reader's language that says what each is, why and for how long.

    Recorded as ``person.data_downloaded``, with counts only. The entry itself is not in the file: it is written last.
    """
    person = User.objects.get(pk=person_id)
    out, parts = io.BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in personal.holdings():
            rows = [{name: _plain(value) for name, value in row.items()} for row in one.export(person_id)]
            parts.append(Part(one, len(rows)))
            archive.writestr(f"{one.code}.json", json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))
            if rows:
                archive.writestr(f"{one.code}.csv", csv_bytes(list(rows[0]), ([_cell(value) for value in row.values()] for row in rows)))
        archive.writestr("index.html", render_to_string("privacy/index_of_file.html", {
            "person": person, "parts": parts, "at": timezone.now(), "language": translation.get_language()}))
    audit.record(actor=person, verb="person.data_downloaded", target=person,
                 after={"tables": len(parts), "rows": sum(part.rows for part in parts)})
    return out.getvalue()


def _plain(value: Any) -> Any:
    """A text in several languages as a plain object; JSON knows the rest."""
    if isinstance(value, LocalisedText) or (isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES)):
        return dict(value)
    return value


def _cell(value: Any) -> Any:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False) if isinstance(value, dict | list) else value
