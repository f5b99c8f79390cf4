"""What is found is what may be opened and has the words: against brute force over everything, for people of every role.

The oracle knows nothing of the index: it opens every page there is as the reader, and reads the texts of what opened word by word.
"""

import re
import unicodedata
from collections.abc import Iterable

import pytest
from django.urls import reverse

from sheber.apps.programmes.models import Course, Enrolment, ProgrammeVersion
from sheber.apps.programmes.tests.factories import make_plan, make_student, make_version
from sheber.kit.findable import kinds
from sheber.spine.competences.models import Competence, Framework
from sheber.spine.competences.tests.factories import make_framework
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import User
from sheber.spine.people.roles import ROLE_GRANTS, ROLES
from sheber.spine.people.tests.factories import make_role, make_user
from sheber.spine.search.queries import find

pytestmark = pytest.mark.django_db

# Written out by hand beside the product's table, letter for letter as a clerk writes names in a passport; then letters alike made one.
PASSPORT = {
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i", "й": "i",
    "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n", "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u",
    "ұ": "u", "ү": "u", "ф": "f", "х": "kh", "һ": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "i", "ь": "",
    "і": "i", "э": "e", "ю": "iu", "я": "ia", "y": "i", "j": "zh", "q": "k", "w": "v", "x": "ks"}
QUESTIONS = ("алия", "Әлия", "aliya", "алия отеген", "отеген алия", "сер", "физик", "phys", "metallurgy", "ургия", "1.1", "MAT1", "OURS",
             "university", "plan", "сары", "сарыарка", "qq", "engineer", "а", "алия физик", "отегенулы", "ghbdtn")


def alike(text: str) -> str:
    return "".join(PASSPORT.get(letter, letter) for letter in unicodedata.normalize("NFC", text).lower())


def words_of(texts: Iterable[str]) -> list[str]:
    """Words as they stand between blanks and brackets, and their parts between points and dashes."""
    found = []
    for text in texts:
        for word in (each.strip(".-–/") for each in re.split(r"[\s(),;:«»\"]+", text)):
            found += [word, *re.split(r"[.\-–/]", word)]
    return [alike(word) for word in found if word]


def has(question: str, titles: Iterable[str], codes: Iterable[str], *, inside: bool) -> bool:
    standing, starts = words_of(titles), [alike(code) for code in codes]
    return all(any(word.startswith(asked) for word in [*standing, *starts])
               or (inside and any(asked in word[at:] for word in standing if word.isalpha() for at in range(2, len(word) - 2)
                                  if word[at:].startswith(asked)))
               for asked in map(alike, question.split()))


@pytest.fixture
def world():
    """Two universities with people, programmes, students in each; a framework; somebody without a role; one who works in both."""
    make_root()
    found = {}
    for code, title in (("OURS", "Сарыарқа университеті"), ("THEIRS", "Алтай университеті")):
        house = make_organisation(code=code, name={"kk": title, "en": f"{code.title()} University"})
        faculty = make_organisation(parent=house, kind="faculty", code=f"{code}-F", name={"ru": "Физический факультет"})
        version = make_version(organisation=faculty, plan=make_plan(code=f"6B0-{code}"), status="published")
        make_version(organisation=house, plan=make_plan(code=f"7M0-{code}"), status="draft")
        names = {"kk": "Әлия Өтегенұлы", "ru": "Алия Отегенова", "en": "Aliya Otegen"}
        make_student(version=version, user=make_user(role="student", at=faculty, name=names))
        make_user(role="teacher", at=house, name={"kk": "Серік-Айдын Өтеген", "en": "Serik"})
        found[code] = (house, faculty)
    both = make_user(role="teacher", at=found["OURS"][0], name={"ru": "Алия Вездесущая"})
    make_role(user=both, role="researcher", at=found["THEIRS"][1])
    make_user(name={"kk": "Алия Ешқайда"})
    make_user(name={"kk": "Алия Кетті"}, role="teacher", at=found["OURS"][0], is_active=False)
    for published in (True, False):
        framework = make_framework(published=False, sections=1, items=1)
        framework.competences.filter(depth=2).update(title={"ru": "Физика металлургии", "en": "Physics of metallurgy"})
        if published:
            Framework.objects.filter(pk=framework.pk).update(status="published")
    return found


def everything() -> list[tuple[str, str, tuple[str, ...], tuple[str, ...], bool]]:
    """Kind, address, texts, codes, inside: all there is, read straight from the tables."""
    found = []
    for one in Organisation.objects.all():
        found.append(("organisations", reverse("organisations:organisation", args=[one.code]),
                      (*one.name.values(), *one.short_name.values(), *one.city.values()), (one.code,), True))
    students = set(Enrolment.objects.values_list("student_id", flat=True))
    for person in User.objects.filter(is_active=True):
        found.append(("people", reverse("people:person", args=[person.pk]), tuple(person.name.values()), (person.email,), False))
        if person.pk in students:
            found.append(("students", reverse("students:student", args=[person.pk]), tuple(person.name.values()), (person.email,), False))
    for version in ProgrammeVersion.objects.select_related("programme"):
        found.append(("programmes", reverse("programmes:overview", args=[version.programme.code, version.version]),
                      tuple(version.programme.title.values()), (version.programme.code, version.version), True))
    for course in Course.objects.select_related("version__programme"):
        found.append(("courses", reverse("programmes:course", args=[course.version.programme.code, course.version.version, course.code]),
                      tuple(course.title.values()), (course.code,), False))
    for item in Competence.objects.filter(framework__code__startswith="FRAME-").select_related("framework"):
        kind = "draft-competences" if item.framework.status == "draft" else "competences"
        found.append((kind, reverse("competences:competence", args=[item.framework.code, item.framework.version, item.code]),
                      (*item.title.values(), *item.short_title.values()), (item.code,), True))
    return found


def readers(world: dict[str, tuple[Organisation, Organisation]]) -> list[User]:
    """One of each set of roles that may open the same pages, at a faculty; and administrators of more; and somebody without a role."""
    house, faculty = world["OURS"]
    looks = {kind.permission for kind in kinds().values()}
    alike_roles = {(ROLE_GRANTS[role].at_node & looks, ROLE_GRANTS[role].nation_wide & looks): role for role in ROLES}
    made = [make_user(role=role, at=faculty, name={"en": f"Reader {role.replace('_', ' ')}"}) for role in alike_roles.values()]
    return [*made, make_user(role="administrator", at=Organisation.objects.get(parent=None), name={"en": "Reader of all"}),
            make_user(role="administrator", at=house, name={"en": "Reader of the house"}), make_user(name={"kk": "Алия Рөлсіз"})]


def test_everything_found_opens_and_everything_that_opens_and_has_the_words_is_found(client, world):
    asking = readers(world)
    things = everything()
    told = {url for _kind, url, *_texts in things}
    compared = 0
    for reader in asking:
        client.force_login(reader)
        opens = {url: client.get(url).status_code for _kind, url, *_texts in things}
        assert set(opens.values()) <= {200, 403, 404}
        others: set[str] = set()
        for question in QUESTIONS:
            answer = find(reader, question, limit=500)
            got = sorted((group.kind, hit.url) for group in answer.groups for hit in group.hits if hit.url in told)
            wanted = sorted((kind, url) for kind, url, titles, codes, inside in things
                            if opens[url] == 200 and len(alike(question)) > 1 and has(question, titles, codes, inside=inside))
            assert got == wanted, (reader.name, question)
            assert all(group.total == len(group.hits) for group in answer.groups), (reader.name, question)
            others |= {hit.url for group in answer.groups for hit in group.hits} - told
            compared += len(wanted)
        assert [url for url in others if client.get(url).status_code != 200] == []
    assert compared > 100


def test_nobody_finds_anything_without_signing_in(client, world):
    assert client.get(reverse("search:results"), {"q": "алия"}).status_code == 302
    assert client.get("/api/v1/search", {"q": "алия"}).status_code == 401
