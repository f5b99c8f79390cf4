"""Two who change one webhook are told apart by the version they read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("integrations", "0001_integrations")]
    operations = [
        migrations.AddField("webhook", "edit_version", models.PositiveIntegerField(
            default=0, help_text="counts what people change: name, address, events, state, secret")),
    ]
