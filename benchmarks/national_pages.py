"""What makes pages quick at the size of a nation, each beside the plain way, in one run and on one database.

``python -m benchmarks.national_pages`` makes a database of its own in memory with PEOPLE students and ITEMS items of evidence and prints
milliseconds of processor time of the web's part and of the plain way, and their ratio. Both answer the same, and that is asserted:

* figures of a large class, kept, beside the same computed from the ledger each time, and beside a loop over rows of the ORM;
* the list of students searched, by the index of words, beside a folded column that holds the whole names, read through, and beside
  a filter in Python over every name (the plain ways find the inside of words too, so they are asked what has no such words);
* the page of the list, beside the list a beginner writes: rows of the ORM with what they refer to, one query after the other.
"""

import datetime as dt
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

PEOPLE, HOUSES, REPEATS = 20_000, 20, 3
LARGE, PROVED = 2_000, 20
ITEMS = LARGE * PROVED
TODAY = dt.date(2026, 11, 24)
TYPED = ("жұ", "айгерім", "айгерім өт")
GIVEN = ("Әлия", "Серік", "Айгерім", "Мирас", "Наталья", "Асхат", "Жұпар", "Дана", "Ербол", "Қанат")
FAMILY = ("Өтегенова", "Сейтова", "Қалиева", "Нұрова", "Бекова", "Жұмабекова", "Омарова", "Тілеуова")


def main() -> None:
    """Make the database, measure, print a table. An ``AssertionError`` when two ways answer differently."""
    os.environ["SHEBER_DATABASE"] = "sqlite:///:memory:"
    os.environ.setdefault("SHEBER_VAR", "/nonexistent")
    os.environ["DJANGO_SETTINGS_MODULE"] = "sheber.site.settings.test"
    import django

    django.setup()
    from django.core.management import call_command

    begun = time.monotonic()
    call_command("migrate", verbosity=0)
    path, version = fill()
    print(f"{PEOPLE:,} students, {ITEMS:,} items of {LARGE:,} of them, made in {time.monotonic() - begun:.0f} s. CPU milliseconds, "
          f"median of {REPEATS}.\n\n| what | found | here, ms | plain way | plain, ms | ratio |\n|---|---:|---:|---|---:|---:|")
    for each in (kept_figures(version), *(searched(words, path) for words in TYPED), page_of_the_list(path)):
        for line in each:
            print(line, flush=True)


def fill() -> tuple[str, int]:
    """A nation of HOUSES universities with a programme each; LARGE students are of the first. Path of the root, id of that version."""
    from sheber.apps.programmes.models import Enrolment, ProgrammeVersion
    from sheber.apps.programmes.tests.factories import make_reference, make_version
    from sheber.kit.findable import together
    from sheber.spine.competences.models import Competence
    from sheber.spine.evidence.models import EvidenceItem
    from sheber.spine.organisations.tests.factories import make_organisation, make_root
    from sheber.spine.people.models import User
    from sheber.spine.people.tests.factories import make_user

    root, assessor = make_root(), make_user(email="assessor@example.invalid")
    framework = make_reference()
    versions: list[ProgrammeVersion] = [
        make_version(organisation=make_organisation(code=f"U{n}"), status="published") for n in range(HOUSES)]
    with together():
        people = User.objects.bulk_create([User(email=f"s{n:05d}@example.invalid", password="!", name=_name(n)) for n in range(PEOPLE)])  # noqa: S106
        Enrolment.objects.bulk_create([Enrolment(
            student=one, version=versions[0 if n < LARGE else n % HOUSES], class_year=2027 + n % 4, entry_year=2023 + n % 4,
            goal_id=versions[0].engineer_type_id) for n, one in enumerate(people)])
    competences = list(Competence.objects.filter(framework=framework).order_by("sort").values_list("pk", flat=True))
    EvidenceItem.objects.bulk_create([EvidenceItem(
        person=people[n % LARGE], competence_id=competences[n * 7 % len(competences)], level=n % 11 / 2, setting="course",
        assessor=assessor, observed_on=TODAY - dt.timedelta(days=n % 900), source_kind="bench", source_id=str(n % 300))
        for n in range(ITEMS)], batch_size=5_000)
    return root.path, versions[0].pk


def _name(number: int) -> dict[str, str]:
    return {"kk": f"{FAMILY[number // 10 % 8]} {GIVEN[number % 10]} {number % 997}"}


def kept_figures(version: int) -> Iterable[str]:
    """Attainment of a class of LARGE: snapshots beside the ledger."""
    from sheber.apps.programmes.models import ProgrammeVersion
    from sheber.apps.programmes.queries.large import students_of
    from sheber.engines.competence import DEFAULT_METHOD
    from sheber.spine.competences import profiles
    from sheber.spine.evidence import queries, services

    people = students_of(version)
    items = [item.id for item in profiles.item_rows(ProgrammeVersion.objects.get(pk=version).framework_id)]
    asked: dict[str, Any] = {"on_day": TODAY, "method": DEFAULT_METHOD}
    for _done in services.snapshots_refresh(person_ids=people, competence_ids=items, newest=queries.horizon(), **asked):
        pass
    kept, shown = cpu(lambda: queries.shown_by(people, items, **asked))
    again, wanted = cpu(lambda: queries.computed(people, items, **asked))
    assert shown.moved_on == 0
    for name in ("level", "low", "high", "standard_error", "count"):
        np.testing.assert_array_equal(getattr(shown.attainment, name), getattr(wanted, name))
    counted, counts = cpu(lambda: _loop(people))
    assert sum(counts.values()) == int(wanted.count.sum())
    yield line(f"figures of {len(people):,} students", int(wanted.count.sum()), kept, "computed each time", again)
    yield line("", sum(counts.values()), kept, "rows of the ORM, counted and averaged in a loop", counted)


def _loop(people: list[int]) -> dict[tuple[int, int], int]:
    """Only the plain mean, without weights and intervals: less work than ours."""
    from sheber.spine.evidence.models import EvidenceItem

    sums: dict[tuple[int, int], float] = {}
    counts: dict[tuple[int, int], int] = {}
    for item in EvidenceItem.objects.filter(person_id__in=people, level__isnull=False, superseded_by__isnull=True).order_by():
        cell = (item.person_id, item.competence_id)
        sums[cell] = sums.get(cell, 0.0) + float(item.level)
        counts[cell] = counts.get(cell, 0) + 1
    return counts


def searched(words: str, path: str) -> Iterable[str]:
    """Twenty-five students of all who have the words, by name, and how many there are."""
    from sheber.apps.programmes.models import Enrolment
    from sheber.apps.programmes.queries.students import students_below, students_named
    from sheber.kit.folding import containing, fold
    from sheber.spine.people.models import User

    def listed(found: Any) -> tuple[list[int], int]:
        return list(found.order_by("student__sort_kk", "id").values_list("pk", flat=True)[:25]), found.count()

    def by_column() -> tuple[list[int], int]:
        return listed(students_below([path]).filter(student__in=User.objects.filter(containing(words)).order_by().values("pk")))

    def in_python() -> tuple[list[int], int]:
        asked = fold(words).split()
        rows = Enrolment.objects.order_by("student__sort_kk", "id").values_list("pk", "student__name")
        found = []
        for pk, name in rows:
            words_of = fold(" ".join(name.values())).split()
            if all(any(word.startswith(one) for word in words_of) for one in asked):
                found.append(pk)
        return found[:25], len(found)

    ours, found = cpu(lambda: listed(students_below([path], narrowed=True).filter(students_named(words))))
    column, same = cpu(by_column)
    python, also = cpu(in_python)
    assert found == same == also, (words, found, same, also)
    yield line(f"students named “{words}”", found[1], ours, "folded column read through", column)
    yield line("", found[1], ours, "filter in Python", python)


def page_of_the_list(path: str) -> Iterable[str]:
    """The first page of all students with what it shows of each, without figures: ours in one query and a total."""
    from sheber.apps.programmes.models import Enrolment
    from sheber.apps.programmes.queries.students import enrolled, students_below

    def ours() -> list[tuple[object, ...]]:
        rows = enrolled(students_below([path]).order_by("student__sort_kk", "id"), slice(0, 25))
        return [(row.id, str(row.name), row.code, str(row.organisation_name), str(row.goal.title)) for row in rows]

    def plain() -> list[tuple[object, ...]]:
        found = Enrolment.objects.filter(version__programme__organisation__path__startswith=path).order_by("student__sort_kk", "id")[:25]
        return [(row.pk, str(row.student.name), row.version.programme.code, str(row.version.programme.organisation.name),
                 str(row.goal.title)) for row in found]

    here, rows = cpu(ours)
    there, same = cpu(plain)
    assert rows == same
    yield line("a page of all students", len(rows), here, "rows of the ORM, one query after the other", there)


def line(what: str, found: int, ours: float, plain: str, theirs: float) -> str:
    return f"| {what} | {found:,} | {ours:.1f} | {plain} | {theirs:.1f} | {ours / theirs:.2f} |"


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds of processor time, the median; and the answer."""
    spent = []
    for _ in range(REPEATS):
        begun = time.process_time()
        answer = work()
        spent.append((time.process_time() - begun) * 1000)
    return statistics.median(spent), answer


if __name__ == "__main__":
    sys.exit(main())
