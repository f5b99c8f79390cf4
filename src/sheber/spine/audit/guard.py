"""The trigger of the chain with the one way through it: values of an entry that is named as erased. Called by migrations."""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLE: Final = "audit_auditentry"
NAME: Final = "audit_auditentry_no_update"
_FIXED: Final = ("sequence", "at", "actor_id", "verb", "target_kind", "target_id", "scope_path", "request_id", "previous_hash",
                 "entry_hash", "sealed_hash")
_SENTENCE: Final = f"{TABLE}: rows are only ever added"


def install(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Refuse UPDATE unless ``audit_erasedentry`` names the entry and only its values and seals change; refuse DELETE."""
    remove(schema_editor)
    named = 'EXISTS (SELECT 1 FROM "audit_erasedentry" AS e WHERE e."sequence" = OLD."sequence")'
    if schema_editor.connection.vendor == "sqlite":
        same = " AND ".join(f'NEW."{name}" IS OLD."{name}"' for name in _FIXED)
        schema_editor.execute(f'CREATE TRIGGER "{NAME}" BEFORE UPDATE ON "{TABLE}" BEGIN '
                              f"SELECT RAISE(ABORT, '{_SENTENCE}') WHERE NOT ({same} AND {named}); END", params=None)
        schema_editor.execute(f'CREATE TRIGGER "{TABLE}_no_delete" BEFORE DELETE ON "{TABLE}" BEGIN '
                              f"SELECT RAISE(ABORT, '{_SENTENCE}'); END", params=None)
        return
    same = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in _FIXED)
    schema_editor.execute(f"""
        CREATE OR REPLACE FUNCTION sheber_audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF NOT ({same} AND {named}) THEN
            RAISE EXCEPTION '{_SENTENCE}' USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$""", params=None)
    schema_editor.execute(f'CREATE TRIGGER "{NAME}" BEFORE UPDATE ON "{TABLE}" FOR EACH ROW EXECUTE FUNCTION sheber_audit_guard()',
                          params=None)
    schema_editor.execute(f'CREATE TRIGGER "{TABLE}_no_delete" BEFORE DELETE ON "{TABLE}" FOR EACH ROW '
                          "EXECUTE FUNCTION sheber_refuse('rows are only ever added')", params=None)


def remove(schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop both triggers, if they stand."""
    place = "" if schema_editor.connection.vendor == "sqlite" else f' ON "{TABLE}"'
    for name in (NAME, f"{TABLE}_no_delete"):
        schema_editor.execute(f'DROP TRIGGER IF EXISTS "{name}"{place}', params=None)
