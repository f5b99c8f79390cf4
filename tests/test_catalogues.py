"""The three languages of the interface: nothing untranslated, nothing broken in translation."""

import gettext as standard
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from sheber.site.catalogues import LANGUAGES, LOCALES, check_catalogues, extract_template, merge_catalogues
from sheber.site.catalogues.checks import check_catalogue, holes
from sheber.site.catalogues.dependencies import missing_messages
from sheber.site.catalogues.merging import HEADER, PLURALS, read_catalogue, write_catalogue
from sheber.site.cli.catalogues import compile_catalogues

TEMPLATE = """\
{% load i18n %}
<h1>{% translate "Courses" %}</h1>
{% trans "old name" context "of a tag" %}
{% blocktranslate trimmed with name=course.title %}
    Taught in
    {{ name }}
{% endblocktranslate %}
{% blocktranslate count n=total trimmed %}
    {{ n }} course
{% plural %}
    {{ n }} courses
{% endblocktranslate %}
{% blocktranslate context "share" %}50% of {{ total }}{% endblocktranslate %}
{{ title|default:_("Without a title") }}
{% if kind == _("special") %}{% endif %}
{# Translators: said to the reader #}
{% translate "Read on" as more %}
{% comment %}{% translate "never seen" %}{% endcomment %}
"""
MODULE = '''\
from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext
A = _("One sentence"
      " in two parts.")
B = gettext_lazy("Lazy %(n)s") % {"n": 1}
C = ngettext("%(n)s row", "%(n)s rows", 2)
D = pgettext("of a battery", "cell")
'''


@pytest.fixture
def package(tmp_path):
    root = tmp_path / "thing"
    script = 'say(gettext("Undo"), ngettext("%s row", "%s rows", n));'
    for name, text in {"templates/thing/page.html": TEMPLATE, "views.py": MODULE, "tests/test_views.py": '_("not for people")',
                       "migrations/0001_initial.py": '_("not again")', "static/js/thing.js": script,
                       "static/vendor/their.js": 'gettext("theirs")', "notes.html": '{% translate "outside templates" %}'}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def found(template):
    return {(message.context, message.id) for message in template if message.id}


def test_every_way_of_marking_a_sentence_is_found(package):
    assert found(extract_template("django", package)) == {
        (None, "Courses"), ("of a tag", "old name"), (None, "Taught in %(name)s"), (None, ("%(n)s course", "%(n)s courses")),
        ("share", "50%% of %(total)s"), (None, "Without a title"), (None, "special"), (None, "Read on"),
        (None, "One sentence in two parts."), (None, "Lazy %(n)s"), (None, ("%(n)s row", "%(n)s rows")), ("of a battery", "cell")}
    assert found(extract_template("djangojs", package)) == {(None, "Undo"), (None, ("%s row", "%s rows"))}


def test_places_are_files_without_lines(package):
    template = extract_template("django", package)
    assert template.get("Courses").locations == [("thing/templates/thing/page.html", 0)]


def test_a_kept_sentence_keeps_its_translation_and_a_gone_one_becomes_obsolete(tmp_path, monkeypatch):
    path = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    first, second = Catalog(), Catalog()
    for message in ("Stays", "Goes"):
        first.add(message, locations=[("a.py", 0)])
    for message in ("Stays", "Comes"):
        second.add(message, locations=[("a.py", 0)])
    wanted = {"django": first, "djangojs": Catalog()}
    monkeypatch.setattr("sheber.site.catalogues.merging.wanted_catalogue", lambda language, domain: wanted[domain])
    merge_catalogues(tmp_path, ("ru",))
    catalogue = read_catalogue(path, "ru")
    catalogue["Stays"].string, catalogue["Goes"].string = "Остаётся", "Уходит"
    write_catalogue(path, catalogue, "ru")
    wanted["django"] = second
    merge_catalogues(tmp_path, ("ru",))
    again = path.read_bytes()
    assert '#~ msgid "Goes"\n#~ msgstr "Уходит"' in again.decode()
    assert read_catalogue(path, "ru")["Stays"].string == "Остаётся"
    assert read_catalogue(path, "ru")["Comes"].string == ""
    merge_catalogues(tmp_path, ("ru",))
    assert path.read_bytes() == again                          # nothing changed in the sources: nothing changes in the file
    wanted["django"] = first
    merge_catalogues(tmp_path, ("ru",))
    assert read_catalogue(path, "ru")["Goes"].string == "Уходит"         # what comes back was not forgotten
    assert '#~ msgid "Goes"' not in path.read_text("utf-8")


def one(language, message, string, **more):
    catalogue = read_po(io.BytesIO(HEADER.format(language=language, plurals=PLURALS[language]).encode()), locale=language)
    wanted = Catalog()
    wanted.add(message, context=more.get("context"))
    catalogue.add(message, string, **more)
    return [fault.code for fault in check_catalogue("x", catalogue, wanted, language)]


@pytest.mark.parametrize(("language", "message", "string", "codes"), [
    ("ru", "%(n)s rows of %(m)s", "Строк: %(n)s из %(m)s", []),
    ("ru", "%(n)s rows of %(m)s", "Строк: %(n)s", ["holes"]),
    ("ru", "%(n)s rows", "Строк: %(k)s", ["holes"]),
    ("ru", "100 %% sure", "100 %% уверенности", []),
    ("ru", "{row} first", "сначала {строка}", ["holes"]),
    ("ru", "Row", "", ["untranslated"]),
    ("ru", "<b>Row</b>", "<b>Строка<b>", ["html"]),
    ("ru", "Row by row.", "Строка за строкой", ["edges"]),
    ("ru", "No.", "№", []),
    ("ru", " row", "строка", ["edges"]),
    ("ru", "Row", "Cтрока", ["two_scripts"]),
    ("ru", "Row", "Қатар", ["other_language"]),
    ("kk", "Row and column", "Жол и баған", ["other_language"]),
    ("kk", ("One row", "%(n)s rows"), ("Бір жол", "%(n)s жол"), []),
    ("kk", ("One row", "%(n)s rows"), ("Бір жол", "көп жол"), ["holes"]),
    ("kk", ("%(n)s row", "%(n)s rows"), ("Бір жол", "%(n)s жол"), ["holes"]),
    ("ru", ("One row", "%(n)s rows"), ("%(n)s строка", "%(n)s строки", "%(n)s строк"), []),
    ("ru", ("One row", "%(n)s rows"), ("Одна строка", "%(n)s строки", "%(n)s строк"), ["holes"]),      # 21 is “одна” too
    ("ru", ("%(n)s row", "%(n)s rows"), ("%(n)s строка", "", "%(n)s строк"), ["untranslated"]),
])
def test_each_fault_is_found(language, message, string, codes):
    assert one(language, message, string) == codes


def test_a_fuzzy_or_missing_sentence_is_found():
    assert one("ru", "Row", "Строка", flags={"fuzzy"}) == ["fuzzy"]
    catalogue = read_po(io.BytesIO(HEADER.format(language="ru", plurals=PLURALS["ru"]).encode()), locale="ru")
    wanted = Catalog()
    wanted.add("Row")
    assert [fault.code for fault in check_catalogue("x", catalogue, wanted, "ru")] == ["not_merged"]
    wrong = read_po(io.BytesIO(HEADER.format(language="ru", plurals=PLURALS["kk"]).encode()), locale="ru")
    assert [fault.code for fault in check_catalogue("x", wrong, Catalog(), "ru")] == ["plural_header"]


def test_holes_are_counted():
    assert holes("%(a)s %(a)s %d%% {b}") == {"%(a)s": 2, "%d": 1, "{b}": 1}


def test_plural_rules_are_those_of_the_languages():
    forms = {language: standard.c2py(rule.partition("plural=")[2].rstrip(";")) for language, rule in PLURALS.items()}
    assert [forms["kk"](n) for n in (0, 1, 2, 5, 21)] == [1, 0, 1, 1, 1]
    assert [forms["ru"](n) for n in (1, 21, 101, 2, 24, 0, 5, 11, 12, 14, 25, 111)] == [0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2, 2]


def test_django_speaks_russian_and_lacks_some_kazakh():
    assert list(missing_messages("ru")) == []
    lacking = {message.id if isinstance(message.id, str) else message.id[0] for message in missing_messages("kk")}
    assert "Ensure this value is a multiple of step size %(limit_value)s." in lacking
    assert "This field is required." not in lacking


def test_compiled_catalogues_say_what_the_sources_say(tmp_path):
    path = tmp_path / "ru" / "LC_MESSAGES" / "django.po"
    catalogue = read_catalogue(path, "ru")
    catalogue.add(("%(n)s row", "%(n)s rows"), ("%(n)s строка", "%(n)s строки", "%(n)s строк"))
    catalogue.add("Row", "Строка", context="of a table")
    write_catalogue(path, catalogue, "ru")
    rows = compile_catalogues(tmp_path)
    assert [(row["messages"], row["translated"]) for row in rows] == [(2, 2)]
    spoken = standard.translation("django", tmp_path, ["ru"])
    assert [spoken.ngettext("%(n)s row", "%(n)s rows", n) % {"n": n} for n in (1, 3, 11)] == ["1 строка", "3 строки", "11 строк"]
    assert spoken.pgettext("of a table", "Row") == "Строка"


def test_shipped_catalogues_are_complete_and_whole():
    faults = check_catalogues(LOCALES, LANGUAGES)
    assert [(fault.file, fault.code, fault.message, fault.detail) for fault in faults] == []


def test_no_sentence_is_marked_by_a_name_that_nobody_looks_for():
    """A function of translation under a name of one's own translates nothing: its sentences never come into the catalogues."""
    renamed = re.compile(r"django.utils.translation import (?:n?p?n?gettext(?:_lazy|_noop)?) as (?!_\b)\w+")
    found = [path.name for path in sorted((Path(__file__).parents[1] / "src" / "sheber").rglob("*.py"))
             if renamed.search(path.read_text("utf-8"))]
    assert found == []
