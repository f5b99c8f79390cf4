"""Files at one moment: see :mod:`races`."""

import pytest

from sheber.kit.tests.racing import run_races


@pytest.mark.django_db(transaction=True)
def test_uploads_at_one_moment(tmp_path):
    run_races("sheber.spine.files.tests.races", tmp_path)
