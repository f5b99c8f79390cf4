"""Rows that were there before the columns get what they are searched and sorted by."""

from typing import Any

from django.db import migrations

from sheber.kit.folding import search_text, sort_text
from sheber.kit.localised import LocalisedText

BATCH = 2000


def fill(apps: Any, _schema_editor: Any) -> None:
    model = apps.get_model("people", "User")
    rows = []
    for row in model.objects.order_by("pk").iterator(chunk_size=BATCH):
        name = LocalisedText.of(row.name)
        row.search_text = search_text([row.email, *name.values()])
        for language in ("kk", "ru", "en"):
            setattr(row, f"sort_{language}", sort_text(name.in_language(language)[0] or row.email))
        rows.append(row)
        if len(rows) == BATCH:
            model.objects.bulk_update(rows, ["search_text", "sort_kk", "sort_ru", "sort_en"], batch_size=200)
            rows = []
    model.objects.bulk_update(rows, ["search_text", "sort_kk", "sort_ru", "sort_en"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [("people", "0003_administration")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
