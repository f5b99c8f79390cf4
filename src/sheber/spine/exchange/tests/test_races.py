"""A file and a page at one moment: see :mod:`races`."""

import pytest

from sheber.kit.tests.racing import run_races


@pytest.mark.django_db(transaction=True)
def test_rows_stay_as_they_were_compared_until_they_are_written(tmp_path):
    run_races("sheber.spine.exchange.tests.races", tmp_path)
