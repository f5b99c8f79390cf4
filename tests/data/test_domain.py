"""The reference facts hold together: ids, parents, crosswalk, profiles, statuses and sources."""

import csv
import re
from importlib.resources import files

import pytest
import yaml

DOMAIN = files("sheber.data") / "domain"
STATUSES = {"confirmed", "from memory", "proposed"}
CODE_COLUMN = {"cdio_syllabus.csv": "code", "cdio_syllabus_v3_delta.csv": "v3_code", "cdio_standards.csv": "id", "rubric.csv": "level",
               "proficiency_scale.csv": "id", "graduate_attributes.csv": "id", "iea_task_complexity.csv": "id", "abet.csv": "id",
               "eur_ace.csv": "id", "sources.csv": "source_id", "glossary.csv": "key", "occupation_titles.csv": "soc", "survey.csv": "id"}
TABLES = sorted(entry.name for entry in DOMAIN.iterdir() if entry.name.endswith(".csv"))


def table(name):
    return list(csv.DictReader((DOMAIN / name).read_text("utf-8").splitlines()))


def document(name):
    return yaml.safe_load((DOMAIN / name).read_text("utf-8"))


def source_ids(cell):
    return [part.strip() for part in cell.split(";") if part.strip()]


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_every_column(name):
    rows = list(csv.reader((DOMAIN / name).read_text("utf-8").splitlines()))
    assert len(rows) > 1
    assert [row for row in rows if len(row) != len(rows[0])] == []
    assert len(set(rows[0])) == len(rows[0])


@pytest.mark.parametrize(("name", "column"), CODE_COLUMN.items())
def test_ids_are_unique_and_given(name, column):
    ids = [row[column] for row in table(name)]
    assert all(ids)
    assert sorted(set(ids)) == sorted(ids)


def test_every_status_and_source_is_known():
    known = {row["source_id"] for row in table("sources.csv")}
    assert {"MEM", "OWN"} & known == {"MEM", "OWN"}
    for name in TABLES:
        for row in table(name):
            if "status" in row:
                assert row["status"] in STATUSES, (name, row)
            if "source" in row:
                assert row["source"], (name, row)
                assert set(source_ids(row["source"])) <= known, (name, row)


def test_sources_named_in_documents_are_known():
    known = {row["source_id"] for row in table("sources.csv")}

    def named(node):
        if isinstance(node, dict):
            for key, value in node.items():
                if key in {"source", "source_of_types", "map_source"} or str(key).endswith("_source"):
                    yield from value if isinstance(value, list) else [value]
                else:
                    yield from named(value)
        elif isinstance(node, list):
            for item in node:
                yield from named(item)

    for name in ("bologna.yaml", "engineer_types.yaml", "kazakhstan.yaml"):
        found = set(named(document(name)))
        assert found
        assert found <= known, (name, found - known)
    assert set(re.findall(r"\bS\d+\b", (DOMAIN / "initiatives.md").read_text("utf-8"))) <= known


def test_syllabus_is_a_tree_in_order():
    rows = table("cdio_syllabus.csv")
    codes = {row["code"]: row for row in rows}
    assert len(rows) == 125
    assert [int(row["sort"]) for row in rows] == list(range(1, 126))
    for row in rows:
        assert row["parent"] == row["code"].rpartition(".")[0]
        assert row["parent"] == "" or int(codes[row["parent"]]["sort"]) < int(row["sort"])
        assert int(row["level"]) == row["code"].count(".") + 1
    numbers = [[int(part) for part in row["code"].split(".")] for row in rows]
    assert numbers == sorted(numbers)
    second = [row["code"] for row in rows if row["level"] == "2"]
    assert len(second) == 19
    assert {row["code"]: row["cdio_stage"] for row in rows if row["level"] == "2" and row["cdio_stage"]} == {
        "4.3": "C", "4.4": "D", "4.5": "I", "4.6": "O"}


def test_crosswalk_resolves_in_both_directions():
    second = {row["code"] for row in table("cdio_syllabus.csv") if row["level"] == "2"}
    abet = table("abet.csv")
    outcomes = {
        "ABET-EAC": {row["id"] for row in abet if row["commission"] == "EAC" and row["kind"] == "outcome"},
        "ABET-ETAC": {row["id"] for row in abet if row["commission"] == "ETAC" and row["kind"] == "outcome"},
        "EUR-ACE": {row["id"] for row in table("eur_ace.csv")},
        "IEA": {row["id"] for row in table("graduate_attributes.csv")},
    }
    rows = table("frameworks_crosswalk.csv")
    triples = [(row["cdio_code"], row["framework"], row["outcome_id"]) for row in rows]
    assert len(set(triples)) == len(triples)
    assert {row["framework"] for row in rows} == set(outcomes)
    assert {row["strength"] for row in rows} == {"1", "2"}
    for code, framework, outcome in triples:
        assert code in second
        assert outcome in outcomes[framework]
    for framework, expected in outcomes.items():
        assert {o for _, f, o in triples if f == framework} == expected        # every outcome is reached from the syllabus
        assert {c for c, f, _ in triples if f == framework} <= second
    assert {c for c, _, _ in triples} == second                                # and every syllabus item leads somewhere


def test_delta_points_at_the_syllabus():
    codes = {row["code"] for row in table("cdio_syllabus.csv")}
    delta = table("cdio_syllabus_v3_delta.csv")
    for row in delta:
        assert set(source_ids(row["replaces_v2"])) <= codes
        assert row["parent"] == "" or row["parent"] in codes | {r["v3_code"] for r in delta}


def test_engineer_types_ask_for_every_item_on_the_scale():
    types = document("engineer_types.yaml")
    second = {row["code"] for row in table("cdio_syllabus.csv") if row["level"] == "2"}
    added = {row["v3_code"] for row in table("cdio_syllabus_v3_delta.csv")} - second
    assert set(types["types"]) == {"technician", "line_engineer", "innovative_engineer", "research_engineer"}
    for kind in types["types"].values():
        assert set(kind["targets"]) == second
        assert set(kind["targets_v3_extra"]) <= added
        assert all(0 <= level <= 5 for level in kind["targets"].values())
        assert set(kind["cdio_weights"]) == set("CDIO")
        assert sum(kind["cdio_weights"].values()) == pytest.approx(1)
        assert set(kind["names"]) == {"en", "ru", "kk"}
    assert set(types["target_rationale"]) == second | {"1.4", "5.3"}
    for step in types["progression"]:
        assert {step["from"], step["to"]} <= set(types["types"])


def test_occupations_and_their_profiles():
    titles = {row["soc"]: row for row in table("occupation_titles.csv")}
    rows = table("occupation_profiles.csv")
    second = {row["code"] for row in table("cdio_syllabus.csv") if row["level"] == "2"}
    types = set(document("engineer_types.yaml")["types"])
    kazakhstan = document("kazakhstan.yaml")
    sectors = {sector["id"] for sector in kazakhstan["sectors"]} | {"cross_sector"}
    groups = {group["code"] for group in kazakhstan["classifier"]["groups"]}
    fields = {field["code"] for key in ("fields", "neighbour_fields") for field in kazakhstan["classifier"][key]}
    assert len(titles) == 79
    assert {row["soc"] for row in rows} == set(titles)
    for row in titles.values():
        assert row["title_en"]
        assert row["title_ru"]
        assert row["title_kk"]
        assert row["engineer_type"] in types
        assert row["sector"] in sectors
        assert not row["programme_group"] or row["programme_group"] in groups
        assert not row["programme_field"] or row["programme_field"] in fields
    by_soc = {soc: [row for row in rows if row["soc"] == soc] for soc in titles}
    for soc, profile in by_soc.items():
        assert sorted(row["cdio"] for row in profile) == sorted(second), soc
        assert sum(round(float(row["weight"]) * 10_000) for row in profile) == 10_000, soc
        for row in profile:
            if row["level"]:
                assert 0 <= float(row["level_lo"]) <= float(row["level"]) <= float(row["level_hi"]) <= 5, row
            else:
                assert row["cdio"] == "3.3", row                    # the only item the source leaves without a level


def test_onet_shares_are_whole():
    second = {row["code"] for row in table("cdio_syllabus.csv") if row["level"] == "2"}
    totals: dict[str, float] = {}
    for row in table("onet_to_cdio.csv"):
        if row["scope"] == "in scope":
            assert row["cdio"] in second
            totals[row["element_id"]] = totals.get(row["element_id"], 0) + float(row["share"])
        else:
            assert not row["cdio"]
    assert totals
    assert all(total == pytest.approx(1) for total in totals.values()), totals


def test_regions_are_those_of_the_country():
    regions = document("kazakhstan.yaml")["regions"]
    assert len(regions) == 20
    assert len({region["code"] for region in regions}) == 20
    assert all(re.fullmatch(r"KZ-\d\d", region["iso"]) for region in regions)
    assert all(region[language] for region in regions for language in ("kk", "ru", "en"))


def test_documents_name_only_files_that_are_there():
    for folder in ("domain", "demo", "demo/programmes"):
        room = files("sheber.data") / folder
        for page in (entry for entry in room.iterdir() if entry.name.endswith(".md")):
            for name in re.findall(r"`([\w./]+\.(?:csv|yaml|md))`", page.read_text("utf-8")):
                places = (room / name, files("sheber.data") / name)
                assert any(place.is_file() for place in places), (page.name, name)


def test_names_of_the_country_stand_in_three_languages():
    country = document("kazakhstan.yaml")
    named = [*country["regions"], *country["sectors"], *country["universities_selected"], country["classifier"]["area"],
             *(row for key in ("fields", "neighbour_fields", "groups") for row in country["classifier"][key])]
    assert len(named) > 80
    for row in named:
        assert all(row.get(language, "").strip() for language in ("kk", "ru", "en")), row
        assert not set(row["ru"]) & set("әғқңөұүһіӘҒҚҢӨҰҮҺІ"), row
