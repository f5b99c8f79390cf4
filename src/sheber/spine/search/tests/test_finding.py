"""Order, totals, pages, what is read instead, and what it costs."""

import pytest
from django.urls import reverse

from sheber.kit import findable
from sheber.kit.letters import key
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.services import organisation_move
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user
from sheber.spine.search.models import Word
from sheber.spine.search.queries import find

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    root = make_root()
    return make_user(role="administrator", at=root, name={"en": "Keeper"})


def titles(user, words, kind, **more):
    answer = find(user, words, limit=more.pop("limit", 50), **more)
    return [hit.title for group in answer.groups if group.kind == kind for hit in group.hits]


def test_the_whole_word_first_then_its_beginning_then_the_inside(admin):
    for code, name in (("A", "Archimetal"), ("B", "Metallurgy plant"), ("C", "Metal works"), ("D", "Wood")):
        make_organisation(code=f"ORG-{code}", name={"en": name})
    assert titles(admin, "metal", "organisations") == ["Metal works", "Metallurgy plant", "Archimetal"]


def test_the_own_house_first_and_what_closed_last():
    make_root()
    ours, far = make_organisation(code="OURS", name={"en": "Zinc ours"}), make_organisation(code="FAR", name={"en": "Zinc far"})
    make_organisation(parent=ours, kind="faculty", code="OURS-F", name={"en": "Zinc faculty"})
    make_organisation(code="OLD", name={"en": "Zinc a closed one"}, is_active=False)
    assert titles(make_user(role="teacher", at=ours), "zinc", "organisations") == [
        "Zinc faculty", "Zinc ours", "Zinc far", "Zinc a closed one"]
    assert titles(make_user(role="teacher", at=far), "zinc", "organisations")[0] == "Zinc far"


def test_an_organisation_that_moves_takes_its_people_along(admin):
    old, new = make_organisation(code="OLD"), make_organisation(code="NEW")
    below = make_organisation(parent=old, kind="faculty", code="OLD-F")
    make_user(role="student", at=below, name={"en": "Moved Student"})
    keeper = make_user(role="administrator", at=new)
    assert titles(keeper, "moved", "people") == []
    before = set(Word.objects.values_list("pk", flat=True))
    organisation_move(actor=admin, organisation_id=below.pk, parent_id=new.pk, reason="it does")
    assert titles(keeper, "moved", "people") == ["Moved Student"]
    assert set(Word.objects.values_list("pk", flat=True)) == before


def test_totals_and_parts_of_a_list(admin):
    for number in range(12):
        make_user(name={"en": f"Aruzhan {number:02d}"}, role="student", at=make_root())
    answer = find(admin, "aruzhan", kind="people", limit=5, offset=10)
    people = next(group for group in answer.groups if group.kind == "people")
    assert ([hit.title for hit in people.hits], people.total) == (["Aruzhan 10", "Aruzhan 11"], 12)


def test_what_was_typed_on_the_other_keyboard_is_understood_when_nothing_has_it(admin):
    make_user(name={"ru": "Алия Привет"}, role="student", at=make_root())
    answer = find(admin, "ghbdtn", limit=5)
    assert (answer.read_as, [hit.title for hit in answer.groups[-1].hits]) == ("привет", ["Алия Привет"])
    make_user(name={"en": "Ghbdtn Real"}, role="student", at=make_root())
    assert find(admin, "ghbdtn", limit=5).read_as == ""


def test_a_note_tells_of_no_place_the_reader_may_not_see():
    make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS", name={"en": "Secret house"})
    person = make_user(role="administrator", at=theirs, name={"en": "Double Person"})
    person.roles.create(role="teacher", organisation=ours)
    answer = find(make_user(role="teacher", at=ours), "double", limit=5)
    assert all("Secret" not in hit.note for group in answer.groups for hit in group.hits)
    assert answer.total == 1


@pytest.mark.parametrize("how_many", [1, 25])
def test_a_search_costs_the_same_whatever_there_is(admin, how_many, django_assert_num_queries):
    for number in range(how_many):
        make_user(name={"en": f"Arman Number{number}"}, role="student", at=make_root())
    reader = User.objects.get(pk=admin.pk)
    with django_assert_num_queries(6):      # rights, roots, the rarest word, what is found; lines of people: two
        assert find(reader, "arman num", limit=50).total == how_many


@pytest.mark.parametrize("typed", ["%", "_", "'", '"', "\\", "a\x00b", ";--", "\U0010ffff", "а" * 300, "*", "İ", "( ) [ ]", "ﬁ"])
def test_whatever_is_typed_is_an_answer(client, admin, typed):
    client.force_login(admin)
    for headers in ({}, {"HX-Request": "true"}):
        assert client.get(reverse("search:results"), {"q": typed, "kind": typed, "page": typed}, headers=headers).status_code == 200
    assert client.get("/api/v1/search", {"q": typed[:200].replace("\x00", "")}).status_code == 200


def test_the_page_and_the_api_say_the_same_and_go_on(client, admin):
    for number in range(30):
        make_user(name={"en": f"Daniyar {number:02d}"}, role="student", at=make_root())
    client.force_login(admin)
    first = client.get(reverse("search:results"), {"q": "daniyar", "kind": "people"})
    second = client.get(reverse("search:results"), {"q": "daniyar", "kind": "people", "page": "2"})
    html = first.content.decode() + second.content.decode()
    assert all(f"<mark>Daniyar</mark> {number:02d}" in html for number in range(30))
    assert 'rel="next"' in first.content.decode()
    assert 'rel="next"' not in second.content.decode()
    told, url = [], "/api/v1/search?q=daniyar&limit=13"
    while url:
        answer = client.get(url, headers={"Accept-Language": "en"}).json()
        told += [one["title"] for one in answer["items"]]
        url = answer["next"]
    assert (told, answer["total"], answer["kinds"]) == (
        [f"Daniyar {number:02d}" for number in range(30)], 30, [{"kind": "people", "heading": "People", "total": 30}])
    assert client.get("/api/v1/search", {"q": "daniyar", "kind": "nothing"}).json()["total"] == 0


def test_a_kind_is_stated_once(monkeypatch):
    monkeypatch.setattr(findable, "_kinds", dict(findable._kinds))
    with pytest.raises(ValueError, match="people is stated already"):
        findable.findable(findable.kinds()["people"])


def test_words_with_one_beginning_are_one_range_of_the_index(admin):
    """The last letter of all letters ends the range; letters outside ASCII lie inside it by their numbers."""
    make_user(name={"en": "abΩ"}, role="student", at=Organisation.objects.get(parent=None))
    make_user(name={"en": "ac"}, role="student", at=Organisation.objects.get(parent=None))
    assert key("abΩ") == "abω"
    assert titles(admin, "ab", "people") == ["abΩ"]
