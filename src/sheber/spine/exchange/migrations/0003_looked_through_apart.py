"""Large files are looked through by background work, and any number may come over the API."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("exchange", "0002_options"),
    ]

    operations = [
        migrations.AddField("keptfile", "purpose", models.CharField(
            default="page", help_text="page or api: where it came in", max_length=10)),
        migrations.AddField("keptfile", "job", models.BigIntegerField(
            blank=True, help_text="number of the background work that looks through it or writes it", null=True)),
        migrations.AddField("keptfile", "outcome", models.JSONField(
            blank=True, help_text="what background work found, in the language of who asked", null=True)),
        migrations.RemoveConstraint("keptfile", "kept_file_once"),
        migrations.AddConstraint("keptfile", models.UniqueConstraint(
            condition=models.Q(purpose="page"), fields=("owner", "exchange"), name="kept_file_once")),
    ]
