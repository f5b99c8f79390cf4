"""The page of an organisation: its programmes are counted by the database, and no row is read that is not shown."""

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sheber.apps.programmes.models import Programme
from sheber.apps.programmes.queries.programmes import programmes_by_place
from sheber.apps.programmes.tests.factories import make_version
from sheber.site.places import LINES
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_programmes_are_counted_where_they_stand_and_shown_up_to_a_dozen(client):
    root = make_root()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(make_user(role="administrator", at=root))
    house, other = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    faculty = make_organisation(parent=house, kind="faculty", code="OURS-F")
    make_version(organisation=house)
    Programme.objects.create(code="6B00000", organisation=other, title={"en": "Without a version"})

    def told():
        client.get("/organisations/OURS/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/organisations/OURS/").content.decode()
        return len(captured), page

    few, page = told()
    assert "1 programme in all" not in page
    for number in range(LINES + 4):
        make_version(organisation=(faculty, house)[number % 2])
    make_version(organisation=other)
    many, page = told()
    assert few == many
    assert f"{LINES + 5} programmes in all" in page
    assert page.count("/programmes/6B") == LINES
    for paths in ([], [root.path], [house.path], [faculty.path, other.path]):
        rows = Programme.objects.select_related("organisation").prefetch_related("versions")
        wanted = Counter(one.organisation.path for one in rows
                         if one.versions.all() and any(one.organisation.path.startswith(path) for path in paths))
        assert programmes_by_place(paths) == wanted
