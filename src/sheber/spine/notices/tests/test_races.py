"""Several workers at the same moment."""

import pytest

from sheber.kit.tests.racing import run_races


@pytest.mark.django_db(transaction=True)
def test_no_letter_and_no_digest_twice(tmp_path):
    run_races("sheber.spine.notices.tests.races", tmp_path)
