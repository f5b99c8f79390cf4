"""The database refuses to change a framework that is published, or its competences."""

from django.db import migrations

from sheber.kit import append_only

SENTENCE = "a published framework does not change"
FRAMEWORK, COMPETENCE = "competences_framework", "competences_competence"

POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION sheber_competence_final() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE framework bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.framework_id ELSE OLD.framework_id END;
BEGIN
  IF EXISTS (SELECT 1 FROM competences_framework WHERE id = framework AND status <> 'draft') THEN
    RAISE EXCEPTION '%: a published framework does not change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def forwards(_apps, schema_editor):
    append_only.refuse(
        schema_editor, name="framework_published_final", table=FRAMEWORK, event="UPDATE", sentence=SENTENCE,
        when="OLD.status <> 'draft' AND (NEW.status = 'draft' OR NEW.code <> OLD.code OR NEW.version <> OLD.version OR NEW.title <> OLD.title)")
    if schema_editor.connection.vendor == "sqlite":
        for event, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            append_only.refuse(
                schema_editor, name=f"competence_final_{event.lower()}", table=COMPETENCE, event=event, sentence=SENTENCE,
                when=f"EXISTS (SELECT 1 FROM {FRAMEWORK} WHERE id = {row}.framework_id AND status <> 'draft')")  # noqa: S608 - our own names
    else:
        schema_editor.execute(POSTGRESQL_FUNCTION, params=None)
        for event in ("INSERT", "UPDATE", "DELETE"):
            schema_editor.execute(f'CREATE TRIGGER "competence_final_{event.lower()}" BEFORE {event} ON "{COMPETENCE}" '
                                  "FOR EACH ROW EXECUTE FUNCTION sheber_competence_final()", params=None)


def backwards(_apps, schema_editor):
    append_only.permit(schema_editor, name="framework_published_final", table=FRAMEWORK)
    for event in ("insert", "update", "delete"):
        append_only.permit(schema_editor, name=f"competence_final_{event}", table=COMPETENCE)


class Migration(migrations.Migration):
    dependencies = [("competences", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
