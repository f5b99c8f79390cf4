"""Whoever deletes a draft says which one was looked at.

SQLite makes the table anew for the column, which drops the triggers that keep published frameworks as they are, and cannot rename it
while another table's trigger names it: they are taken off before and set again after, in the same transaction.
"""

from importlib import import_module

from django.db import migrations, models

final = import_module("sheber.spine.competences.migrations.0002_published_is_final")


class Migration(migrations.Migration):
    dependencies = [("competences", "0003_case_origin")]
    operations = [
        migrations.RunPython(final.backwards, final.forwards),
        migrations.AddField("framework", "edit_version", models.PositiveIntegerField(
            default=0, help_text="counts the changes of a draft and of its competences")),
        migrations.RunPython(final.forwards, final.backwards),
    ]
