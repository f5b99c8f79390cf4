"""The last walk along the whole chain is remembered, so that an answer reads only what came since."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_older_entries")]
    operations = [
        migrations.CreateModel(
            name="AuditCheckpoint",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sequence", models.BigIntegerField(default=0)),
                ("entry_hash", models.CharField(default="0" * 64, max_length=64)),
                ("whole_at", models.DateTimeField(help_text="when the last walk from the first entry began")),
                ("broken", models.JSONField(blank=True, default=dict, help_text="the first place that it found broken")),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(id=1), name="audit_one_checkpoint")]},
        ),
    ]
