"""The demonstration content: labelled synthetic, three languages, every reference leads somewhere."""

import csv
import re
from importlib.resources import files

import pytest
import yaml

DATA = files("sheber.data")
PROGRAMMES = sorted(entry.name for entry in (DATA / "demo" / "programmes").iterdir() if entry.name.endswith(".yaml"))
DOCUMENTS = ["organisations.yaml", "people.yaml", *(f"programmes/{name}" for name in PROGRAMMES)]
LANGUAGES = {"kk", "ru", "en"}
LATIN_BESIDE_CYRILLIC = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")


def load(name):
    return yaml.safe_load((DATA / "demo" / name).read_text("utf-8"))


def domain(name):
    return yaml.safe_load((DATA / "domain" / name).read_text("utf-8"))


def domain_ids(name, key):
    return {row[key] for row in csv.DictReader((DATA / "domain" / name).read_text("utf-8").splitlines())}


def texts(node, path=""):
    """Every mapping with a language key, with its path."""
    if isinstance(node, dict):
        if LANGUAGES & set(node):
            yield path, node
        for key, value in node.items():
            yield from texts(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from texts(value, f"{path}/{index}")


def organisations():
    content = load("organisations.yaml")
    found = {}
    for group, members in content.items():
        if isinstance(members, list) and members and isinstance(members[0], dict) and "id" in members[0]:
            for member in members:
                assert member["id"] not in found, (group, member["id"])
                found[member["id"]] = member
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
def test_is_labelled_synthetic_in_three_languages(name):
    content = load(name)
    assert content["synthetic"] is True
    assert set(content["synthetic_note"]) == LANGUAGES


@pytest.mark.parametrize("name", DOCUMENTS)
def test_texts_stand_in_three_languages_with_the_same_figures(name):
    found = list(texts(load(name)))
    assert len(found) > 10
    for path, text in found:
        assert set(text) == LANGUAGES, path
        assert all(isinstance(value, str) and value.strip() for value in text.values()), path
        figures = {language: sorted(re.findall(r"\d+(?:[.,]\d+)?", value.replace(",", "."))) for language, value in text.items()}
        assert figures["kk"] == figures["ru"] == figures["en"], (path, text)
        assert not re.search("[Ѐ-ӿ]", text["en"]), (path, text["en"])
        assert not any(LATIN_BESIDE_CYRILLIC.search(value) for value in text.values()), (path, text)
        assert not set(text["ru"]) & set("әғқңөұүһі"), (path, text["ru"])


def test_organisations_stand_in_known_regions_and_sectors():
    known = organisations()
    kazakhstan = domain("kazakhstan.yaml")
    regions, sectors = {r["code"] for r in kazakhstan["regions"]}, {s["id"] for s in kazakhstan["sectors"]}
    assert len(known) > 20
    for organisation in known.values():
        assert organisation.get("region", "ABA") in regions, organisation["id"]
        if "sector" in organisation:
            assert organisation["sector"] in sectors, organisation["id"]


def test_people_are_fictional_and_refer_to_what_exists():
    content = load("people.yaml")
    known, roles = organisations(), {role["id"] for role in content["roles"]}
    faculties = {faculty["id"]: key for key, o in known.items() for faculty in o.get("faculties", ())}
    programmes = {load(f"programmes/{name}")["code"] for name in PROGRAMMES}
    types = set(domain("engineer_types.yaml")["types"])
    people = {person["id"]: person for person in content["people"]}
    assert len(people) == len(content["people"]) == 40
    assert len({person["login"] for person in people.values()}) == 40
    for person in people.values():
        assert person["fictional"] is True
        assert person["login"].endswith("@demo.invalid")
        assert person["roles"]
        assert set(person["roles"]) <= roles
        assert person["organisation"] in known, person["id"]
        assert "faculty" not in person or faculties[person["faculty"]] == person["organisation"], person["id"]
        assert person.get("programme", next(iter(programmes))) in programmes, person["id"]
        assert person.get("engineer_type", "technician") in types
    assert {persona["role"] for persona in content["personas"]} == roles
    for persona in content["personas"]:
        assert persona["role"] in people[persona["person"]]["roles"], persona


@pytest.mark.parametrize("name", PROGRAMMES)
def test_programme_refers_to_what_exists(name):
    programme = load(f"programmes/{name}")
    known = organisations()
    kazakhstan = domain("kazakhstan.yaml")
    assert programme["engineer_type"] in domain("engineer_types.yaml")["types"]
    assert programme["targets"]["type"] == programme["engineer_type"]
    assert programme["university"] in known
    assert programme["faculty"] in {faculty["id"] for faculty in known[programme["university"]]["faculties"]}
    assert set(programme["sectors"]) <= {sector["id"] for sector in kazakhstan["sectors"]}
    items = domain_ids("cdio_syllabus.csv", "code")
    terms = {term["no"] for term in programme["terms"]}
    codes = [course["code"] for course in programme["courses"]]
    assert len(set(codes)) == len(codes) > 10
    assert sum(course["ects"] for course in programme["courses"]) == programme["credits"]
    for course in programme["courses"]:
        assert course["term"] in terms, course["code"]
        for cell in course.get("cdio", ()):
            assert cell["item"] in items, (course["code"], cell)
            assert cell["mode"] in {"I", "T", "U"}
            assert 1 <= cell["level"] <= 5
