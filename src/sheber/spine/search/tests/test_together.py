"""What is written together is followed once, at the end, and whole; an error leaves nothing behind."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sheber.kit.findable import together
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.search.services import compare

pytestmark = pytest.mark.django_db


def writes_of_the_index(queries):
    return sum('"search_' in query["sql"] and query["sql"].startswith(("INSERT", "UPDATE", "DELETE")) for query in queries)


def whole():
    return all(one.ok for one in compare())


def test_one_after_the_other_costs_more_than_together():
    root = make_root()
    with CaptureQueriesContext(connection) as alone:
        for number in range(5):
            make_organisation(code=f"A{number}", parent=root)
    with CaptureQueriesContext(connection) as within, together(), together():
        for number in range(5):
            make_organisation(code=f"B{number}", parent=root)
    assert 0 < writes_of_the_index(within.captured_queries) < writes_of_the_index(alone.captured_queries)
    assert whole()


def test_an_error_leaves_the_index_as_the_things_are():
    root = make_root()

    def fail():
        with transaction.atomic(), together():
            make_organisation(code="GONE", parent=root)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    make_organisation(code="NEXT", parent=root)      # waits for nothing: the one before is closed
    assert whole()
