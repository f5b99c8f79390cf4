"""An index from which the students of a version are counted without looking at their rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("programmes", "0001_initial")]

    operations = [
        migrations.AddIndex(model_name="enrolment", index=models.Index(fields=["version", "is_active"], name="enrolment_studying")),
    ]
