"""``sheber check`` and ``sheber import programme`` as a person and a script meet them."""

import json
from importlib.resources import files

import pytest

from sheber.apps.programmes.models import Course, ProgrammeVersion
from sheber.apps.programmes.rules.reading import read_plan
from sheber.apps.programmes.tests.factories import make_plan, make_reference, make_version
from sheber.site.cli import main
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations.tests.factories import make_organisation
from sheber.spine.people.tests.factories import make_user

DEMO = files("sheber.data").joinpath("demo/programmes")
MINING = DEMO.joinpath("line_mining_bsc.yaml")


@pytest.fixture
def mining(tmp_path):
    path = tmp_path / "mining.yaml"
    path.write_bytes(MINING.read_bytes())
    return path


def test_check_needs_no_database(mining, capsys):
    assert main(["check", str(mining), "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["programme"], answer["count"], len(answer["findings"])) == ("6B07201", 7, 7)
    assert {"code", "severity", "place", "reason", "repair"} <= set(answer["findings"][0])
    assert ("used_before_taught", "MIN2206 2.3") in {(row["code"], row["place"]) for row in answer["findings"]}


def test_check_speaks_the_readers_language(mining, capsys):
    answers = []
    for language in ("en", "ru", "kk"):
        main(["check", str(mining), "--csv", "--language", language])
        answers.append(capsys.readouterr().out)
    assert all(answer.startswith("severity,code,place,reason,repair\n") for answer in answers)
    assert "requires MIN4105" in answers[0]


def test_check_of_a_bad_file_names_the_place(tmp_path, capsys):
    path = tmp_path / "bad.yaml"
    path.write_text("code: P\ntitle: {en: P}\ncourses:\n- code: A\n  title: {en: A}\n  ects: -4\n", "utf-8")
    assert main(["check", str(path), "--language", "en"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err == "sheber: bad.yaml: Line 6, “ects”: -4 is not between 0 and 60. Correct it.\n"


@pytest.mark.parametrize("subject", ["gone.yaml", "."])
def test_check_of_nothing(subject, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if subject == ".":
        (tmp_path / "x.csv").mkdir()
        subject = "x.csv"
    assert main(["check", subject]) == 2
    assert capsys.readouterr().err.startswith("sheber: ")


def test_a_sound_plan_ends_with_0(tmp_path, capsys):
    path = tmp_path / "fine.csv"
    path.write_text("Curriculum,P\nCourses\nCourse ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,"
                    "Credit Hours\n1,A,,,,,,4\n", "utf-8")
    assert main(["check", str(path)]) == 0


@pytest.mark.django_db
def test_check_of_a_stored_programme(capsys):
    make_version(organisation=make_organisation(), plan=make_plan(code="6B00001"))
    assert main(["check", "6B00001@2026.1", "--json"]) == 1
    stored = json.loads(capsys.readouterr().out)
    assert {row["code"] for row in stored["findings"]} == {"introduced_never_taught", "target_not_reached"}
    assert main(["check", "6B00001", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == stored
    assert main(["check", "6B00001@2099.1"]) == 2


@pytest.mark.django_db
def test_import_dry_then_real_then_again(mining, capsys):
    make_reference()
    organisation, actor = make_organisation(code="UMTU-MIN"), make_user()
    words = ["import", "programme", str(mining), "--organisation", organisation.code, "--json"]
    assert main([*words, "--dry-run"]) == 0
    dry = json.loads(capsys.readouterr().out)
    assert (dry["written"], len(dry["courses_added"]), ProgrammeVersion.objects.count()) == (False, 51, 0)
    assert main([*words, "--actor", actor.email.upper(), "--reason", "first"]) == 0
    wet = json.loads(capsys.readouterr().out)
    assert (wet["written"], Course.objects.count(), wet["courses_added"]) == (True, 51, dry["courses_added"])
    entry = AuditEntry.objects.get(verb="programme.imported")
    assert (entry.actor, entry.reason) == (actor, "first")
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["written"] is False
    assert AuditEntry.objects.filter(verb="programme.imported").count() == 1


@pytest.mark.django_db
def test_import_of_a_csv_states_what_the_file_does_not(tmp_path, capsys):
    make_reference()
    make_organisation(code="U")
    path = tmp_path / "plan.csv"
    path.write_text("Curriculum,P\nCIP,14.10\nCourses\nCourse ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,"
                    "Credit Hours,Term\n1,A,,,,,,4,1\n2,B,,,1,,,4,2\n", "utf-8")
    words = ["import", "programme", str(path), "--organisation", "U", "--language", "en"]
    assert main(words) == 2
    assert "engineer_type, degree" in capsys.readouterr().err
    assert ProgrammeVersion.objects.count() == 0
    assert main([*words, "--engineer-type", "technician", "--degree", "college", "--code", "6B1"]) == 0
    version = ProgrammeVersion.objects.get()
    assert (version.programme.code, version.nqf, version.years, version.credits) == ("6B1", 4, 1, 8)


@pytest.mark.django_db
def test_who_runs_it_is_taken_from_the_file_or_from_what_is_there(mining, tmp_path, capsys):
    make_reference()
    make_organisation(code="U")
    make_organisation(code="UMTU-MIN")
    assert main(["import", "programme", str(mining), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["organisation"] == "UMTU-MIN"
    path = tmp_path / "plan.csv"
    path.write_text("Curriculum,P\nCIP,14.10\nCourses\nCourse ID,Course Name,Prefix,Number,Prerequisites,Corequisites,Strict-Corequisites,"
                    "Credit Hours,Term\n1,A,,,,,,4,1\n", "utf-8")
    facts = ["--engineer-type", "technician", "--degree", "college", "--code", "6B1"]
    assert main(["import", "programme", str(path), *facts, "--language", "en"]) == 2           # nobody runs it yet
    assert "--organisation" in capsys.readouterr().err
    assert main(["import", "programme", str(path), *facts, "--organisation", "U"]) == 0
    capsys.readouterr()
    assert main(["import", "programme", str(path), *facts, "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["organisation"] == "U"


@pytest.mark.django_db
@pytest.mark.parametrize("words", [["--organisation", "NONE"], ["--organisation", "U", "--actor", "nobody@example.invalid"], []])
def test_import_refused_writes_nothing(mining, words, capsys):
    make_reference()
    make_organisation(code="U")
    assert main(["import", "programme", str(mining), *words]) == 2
    assert capsys.readouterr().err
    assert ProgrammeVersion.objects.count() == 0


def test_the_demonstration_is_read_without_an_error():
    for file in DEMO.iterdir():
        if file.name.endswith(".yaml"):
            assert read_plan(file.read_bytes(), file.name).plan
