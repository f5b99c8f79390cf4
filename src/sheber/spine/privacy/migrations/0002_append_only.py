"""The database refuses to change or delete what somebody consented to."""

from django.db import migrations

from sheber.kit import append_only

TABLE = "privacy_consentchange"


def forwards(_apps, schema_editor):
    append_only.install(schema_editor, TABLE)


def backwards(_apps, schema_editor):
    append_only.remove(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_asked_erased_consented")]
    operations = [migrations.RunPython(forwards, backwards)]
