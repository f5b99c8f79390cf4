"""Values about people can be dropped later: columns for their salts, and the guard that lets an erasure through."""

from django.db import migrations, models

from sheber.spine.audit import guard


def forwards(_apps, schema_editor):
    guard.install(schema_editor)


def backwards(_apps, schema_editor):
    guard.remove(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="ErasedEntry",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("named_in", models.BigIntegerField(help_text="number of the entry that names what was erased")),
            ],
        ),
        migrations.AddField("auditentry", "seals", models.JSONField(
            default=dict, help_text="salts of values that may tell of a person, or commitments to erased ones")),
        migrations.AddField("auditentry", "sealed_hash", models.CharField(
            blank=True, default="", max_length=64, help_text="of entries older than seals: their hash with seals")),
        migrations.RunPython(forwards, backwards),
    ]
