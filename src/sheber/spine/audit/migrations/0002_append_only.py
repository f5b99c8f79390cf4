"""The database refuses to change or delete a row of audit_auditentry."""

from django.db import migrations

from sheber.kit import append_only

TABLE = "audit_auditentry"


def forwards(_apps, schema_editor):
    append_only.install(schema_editor, TABLE)


def backwards(_apps, schema_editor):
    append_only.remove(schema_editor, TABLE)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
