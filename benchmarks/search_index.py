"""The index of the search beside the plain way, ``icontains`` on every title, in the same run and the same database.

``python -m benchmarks.search_index`` makes a database of its own in memory with PEOPLE people at HOUSES universities and prints, for what
is typed letter by letter, milliseconds of processor time of the index and of the plain query, and their ratio. The plain way is given
advantages: it looks at people only, counts nothing, asks for no rights and folds no letter (on SQLite ``icontains`` finds Cyrillic letters
only as they are written; it does find the inside of words, which the index of people does not).
"""

import os
import statistics
import time
from collections.abc import Callable

PEOPLE, HOUSES, REPEATS = 20_000, 20, 7
TYPED = ("ал", "али", "алия", "алия от", "серік сейтұлы99", "qqqq")


def main() -> None:
    """Make the database, measure, print a table."""
    os.environ["SHEBER_DATABASE"] = "sqlite:///:memory:"
    os.environ.setdefault("SHEBER_VAR", "/nonexistent")
    os.environ["DJANGO_SETTINGS_MODULE"] = "sheber.site.settings.test"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    reader = fill()
    from sheber.spine.people.models import User
    from sheber.spine.search.queries import find

    print(f"{PEOPLE:,} people. CPU milliseconds, median of {REPEATS}.\n")
    print("| typed | found | index, ms | icontains, ms | ratio |\n|---|---:|---:|---:|---:|")
    for typed in TYPED:
        answer = find(reader, typed, limit=5)

        def plain(words: str = typed) -> object:
            rows = User.objects.filter(is_active=True)
            for word in words.split():
                rows = rows.filter(name__icontains=word)
            return list(rows.order_by("sort_kk").values_list("id", "name")[:5])

        ours, theirs = cpu(lambda words=typed: find(reader, words, limit=5)), cpu(plain)
        print(f"| {typed} | {answer.total:,} | {ours:.1f} | {theirs:.1f} | {ours / theirs:.2f} |", flush=True)


def fill() -> object:
    """People with names of a small pool, and the one who asks: an administrator of everything."""
    from sheber.spine.organisations.models import Organisation
    from sheber.spine.people.models import RoleAssignment, User

    root = Organisation.objects.create(code="KZ", kind="nation", name={"en": "Nation"}, path="/1/")
    houses = [Organisation.objects.create(code=f"U{n}", kind="university", name={"en": f"University {n}"}, parent=root, path=f"/1/{n + 2}/")
              for n in range(HOUSES)]
    given = ("Әлия", "Алия", "Серік", "Айгерім", "Жанар", "Наталья", "Әсел", "Мирас")
    family = ("Өтеген", "Сейт", "Қали", "Нұр", "Бек", "Жүніс")
    people = User.objects.bulk_create([User(
        email=f"s{n}@example.invalid", password="!",  # noqa: S106
        name={"kk": f"{given[n % 8]} {family[n % 6]}ұлы{n % 997}"}) for n in range(PEOPLE)])
    RoleAssignment.objects.bulk_create([RoleAssignment(user=one, role="student", organisation=houses[n % HOUSES])
                                        for n, one in enumerate(people)])
    reader = User.objects.create(email="reader@example.invalid", password="!", name={"en": "Reader"})  # noqa: S106
    RoleAssignment.objects.create(user=reader, role="administrator", organisation=root)
    return reader


def cpu(work: Callable[[], object]) -> float:
    """Milliseconds of processor time, the median."""
    spent = []
    for _ in range(REPEATS):
        begun = time.process_time()
        work()
        spent.append((time.process_time() - begun) * 1000)
    return statistics.median(spent)


if __name__ == "__main__":
    main()
