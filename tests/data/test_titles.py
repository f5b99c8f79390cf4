"""Translations of the frameworks: complete, in the right letters, true to their English source."""

import csv
import re
from importlib.resources import files

import pytest
import yaml

DOMAIN = files("sheber.data") / "domain"
# framework -> (file, column of the code, columns that must be translated)
TRANSLATED = {
    "CDIO": ("cdio_syllabus.csv", "code", ("title",)),
    "CDIO-V3": ("cdio_syllabus_v3_delta.csv", "v3_code", ("title", "note")),
    "CDIO-STD": ("cdio_standards.csv", "id", ("title", "meaning", "evidence_hint")),
    "CDIO-RUBRIC": ("rubric.csv", "level", ("short", "meaning", "gate_question")),
    "EUR-ACE": ("eur_ace.csv", "id", ("title", "summary")),
    "IEA": ("graduate_attributes.csv", "id", ("attribute", "summary")),
    "IEA-COMPLEXITY": ("iea_task_complexity.csv", "id",
                       ("dimension", "complex_engineer", "broadly_defined_technologist", "well_defined_technician")),
    "PROFICIENCY": ("proficiency_scale.csv", "id", ("short", "meaning", "evidence_hint", "sample_verbs")),
}
KAZAKH_LETTERS = set("әғқңөұүһіӘҒҚҢӨҰҮҺІ")
RUSSIAN_WORDS = {"и", "или", "для", "на", "по", "при", "что", "как", "это", "из", "до", "над", "без", "об"}
LATIN_BESIDE_CYRILLIC = re.compile(r"[A-Za-z][Ѐ-ӿ]|[Ѐ-ӿ][A-Za-z]")


def table(name):
    return list(csv.DictReader((DOMAIN / name).read_text("utf-8").splitlines()))


TITLES = table("titles.csv")
BY_KEY = {(row["framework"], row["code"], row["field"]): row for row in TITLES}


def source_cells():
    for framework, (name, key, fields) in TRANSLATED.items():
        for row in table(name):
            for field in fields:
                if row[field]:
                    yield (framework, row[key], field), row[field]
    for row in table("abet.csv"):
        framework = "US" if row["commission"] == "US" else f"ABET-{row['commission']}"
        yield (framework, row["id"], "title"), row["title"]
        yield (framework, row["id"], "meaning"), row["meaning"]
    types = yaml.safe_load((DOMAIN / "engineer_types.yaml").read_text("utf-8"))
    for code, kind in types["types"].items():
        yield ("ENGINEER-TYPE", code, "rationale"), kind["rationale"]
        yield ("ENGINEER-TYPE", code, "capstone"), kind["capstone"]
    for code, text in types["target_rationale"].items():
        yield ("ENGINEER-TARGET", code, "target_rationale"), text


def test_every_row_of_every_framework_is_translated_and_says_the_same_in_english():
    source = dict(source_cells())
    own = {key for key in BY_KEY if key[2] in {"short_title", "framework_title"}}
    assert len(BY_KEY) == len(TITLES)
    assert set(BY_KEY) - own == set(source)
    assert {key: BY_KEY[key]["en"] for key in source} == source


def test_short_titles_fit_a_matrix_head():
    short = {row["code"]: row for row in TITLES if row["field"] == "short_title"}
    assert set(short) == {row["code"] for row in table("cdio_syllabus.csv") if row["level"] == "2"}
    for row in short.values():
        assert all(0 < len(row[language]) <= 28 for language in ("en", "ru", "kk")), row
    for language in ("en", "ru", "kk"):
        assert len({row[language] for row in short.values()}) == 19


def test_frameworks_have_names():
    named = {row["code"] for row in TITLES if row["field"] == "framework_title"}
    assert {"CDIO", "CDIO-STD"} | {row["framework"] for row in table("frameworks_crosswalk.csv")} <= named


@pytest.mark.parametrize("name", ["titles.csv", "glossary.csv", "occupation_titles.csv"])
def test_letters_are_of_one_script(name):
    for row in table(name):
        for column, text in row.items():
            assert not LATIN_BESIDE_CYRILLIC.search(text), (name, column, text)


def test_kazakh_is_kazakh_and_russian_is_russian():
    for row in TITLES:
        assert all(row[language].strip() == row[language] != "" for language in ("en", "ru", "kk")), row
        assert not re.search("[Ѐ-ӿ]", row["en"]), row
        assert all(re.search("[Ѐ-ӿ]", row[language]) for language in ("ru", "kk")), row
        assert not set(row["ru"]) & KAZAKH_LETTERS, row
        assert not set(re.findall(r"\w+", row["kk"].lower())) & RUSSIAN_WORDS, row
    longer = [row for row in TITLES if len(row["kk"]) >= 30]
    assert len(longer) > 200
    assert [row["kk"] for row in longer if not set(row["kk"]) & KAZAKH_LETTERS] == []


def test_figures_are_the_same_in_three_languages():
    for row in TITLES:
        figures = {language: sorted(re.findall(r"\d+(?:\.\d+)?", row[language])) for language in ("en", "ru", "kk")}
        assert figures["en"] == figures["ru"] == figures["kk"], row


def test_terms_of_the_glossary_are_used():
    terms = {row["key"]: row for row in table("glossary.csv")}
    for code, key in {"4.3": "conceive", "4.4": "design", "4.5": "implement", "4.6": "operate"}.items():
        short = BY_KEY["CDIO", code, "short_title"]
        assert short["kk"].lower() == terms[f"cdio_stage.{key}"]["kk"]
    for mode, key in {"I": "introduce", "T": "teach", "U": "utilise"}.items():
        row = BY_KEY["PROFICIENCY", mode, "short"]
        assert (row["ru"], row["kk"]) == (terms[f"teaching_mode.{key}"]["ru"], terms[f"teaching_mode.{key}"]["kk"])


def test_glossary_is_complete_and_its_terms_are_distinct_where_they_must_be():
    rows = table("glossary.csv")
    assert all(row[language] for row in rows for language in ("en", "ru", "kk"))
    holes = re.compile(r"\{\w+\}")
    for row in rows:
        assert sorted(holes.findall(row["en"])) == sorted(holes.findall(row["ru"])) == sorted(holes.findall(row["kk"])), row
