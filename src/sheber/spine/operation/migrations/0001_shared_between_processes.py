"""What web processes share: buckets of the rate limits, and on PostgreSQL the table of the cache. Neither is worth a log."""

from django.db import migrations, models

CACHE = """
CREATE UNLOGGED TABLE operation_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamp with time zone NOT NULL);
CREATE INDEX operation_cache_expires ON operation_cache (expires);
ALTER TABLE operation_bucket SET UNLOGGED;
"""


def forwards(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CACHE, params=None)


def backwards(_apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE operation_cache", params=None)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(name="Bucket", fields=[
            ("key", models.CharField(max_length=80, primary_key=True, serialize=False)),
            ("tokens", models.FloatField()),
            ("at", models.FloatField(help_text="seconds since 1970, by the clock of the database")),
        ]),
        migrations.RunPython(forwards, backwards),
    ]
