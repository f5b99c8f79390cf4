"""Two who change the days of one role are told apart by the version they read."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_search_text")]
    operations = [
        migrations.AddField("roleassignment", "edit_version",
                            models.PositiveIntegerField(default=0, help_text="counts the changes of its days")),
    ]
