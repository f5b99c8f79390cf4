"""Deleting and putting back at one moment: see :mod:`trash_races`."""

import pytest

from sheber.kit.tests.racing import run_races


@pytest.mark.django_db(transaction=True)
def test_races(tmp_path):
    run_races("sheber.apps.programmes.tests.trash_races", tmp_path)
