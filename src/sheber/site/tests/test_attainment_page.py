"""The page that tells how attainment is computed shows what the engine uses."""

import re

import pytest
from django.urls import reverse

from sheber.engines.competence import DEFAULT_METHOD
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_constants_are_those_of_the_method(client):
    client.force_login(make_user())
    html = client.get(reverse("site:attainment"), headers={"Accept-Language": "en"}).content.decode()
    assert DEFAULT_METHOD.key in html
    assert f"½^(a / {DEFAULT_METHOD.half_life_days:.0f})" in html
    weights = [float(text) for text in re.findall(r'<td class="num">([\d.]+)</td>', html)]
    assert weights == list(DEFAULT_METHOD.setting_weights)


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get(reverse("site:attainment")).status_code == 302
