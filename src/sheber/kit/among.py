"""Rows whose column is among the answers of a subquery that is asked once."""

from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.lookups import In


class OneOf(In):
    """``IN``, which PostgreSQL is told to answer from an array made once. Left to choose, it has been seen to ask the whole subquery again
    for each row outside it, because it takes a range of words for one row: half a minute for a programme of 40 students."""

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        return f"= ANY(ARRAY{rhs})" if connection.vendor == "postgresql" else super().get_rhs_op(connection, rhs)


def among(field: str, found: QuerySet[Any]) -> Q:
    """The condition that ``field`` is one of the values of ``found``, a query set of one column without duplicates that matter."""
    return Q(OneOf(F(field), found.query))
