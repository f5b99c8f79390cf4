"""Whatever points at a person, or keeps an address of one, is stated in some ``personal.py``."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connection, models

from sheber.kit import personal


def ties(all_models):
    """``app.Model.field`` of each field by which a row belongs to a person, read from the models alone."""
    person = get_user_model()
    found = set()
    for model in all_models:
        label = f"{model._meta.app_label}.{model.__name__}"
        own = [*model._meta.local_fields, *model._meta.local_many_to_many]
        found |= {f"{label}.{field.name}" for field in own if field.related_model is person or isinstance(field, models.EmailField)}
        found |= {f"{label}.{field.name}" for field in model._meta.private_fields if isinstance(field, GenericForeignKey)}
    return found


def stated():
    return {field for one in personal.holdings() for field in one.fields} | set(personal.reasons())


def test_nothing_about_a_person_is_left_unsaid():
    assert ties(apps.get_models()) == stated()
    assert personal.holdings()[0].code == "people.account"


def test_the_walk_sees_the_tables_that_refer_to_people_in_the_database(db):
    """The oracle: foreign keys as the database itself tells them, whatever the models say."""
    person_table = get_user_model()._meta.db_table
    by_column = {(model._meta.db_table, field.column): f"{model._meta.app_label}.{model.__name__}.{field.name}"
                 for model in apps.get_models(include_auto_created=True) for field in model._meta.local_fields}
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            for column, (_key, other) in connection.introspection.get_relations(cursor, table).items():
                if other == person_table:
                    found.add(by_column[table, column])
    assert found
    assert found <= stated()


def test_a_field_cannot_be_stated_twice_or_without_a_reason():
    first = personal.holdings()[0]
    with pytest.raises(ValueError, match="stated already"):
        personal.holding(first.code, title="x", why="x", kept="x", fields=(), export=lambda person: ())
    with pytest.raises(ValueError, match="one reason"):
        personal.not_handed_out("people.User.email", "")
    with pytest.raises(ValueError, match="small letters"):
        personal.holding("../people", title="x", why="x", kept="x", fields=(), export=lambda person: ())
