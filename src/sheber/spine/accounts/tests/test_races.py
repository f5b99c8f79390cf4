"""Many at one moment: see :mod:`races`."""

import pytest

from sheber.kit.tests.racing import run_races


@pytest.mark.django_db(transaction=True)
def test_races(tmp_path):
    run_races("sheber.spine.accounts.tests.races", tmp_path)
