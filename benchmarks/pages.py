"""Every page of the product as every persona, at whatever size the database has: server time, processor time, queries.

``python -m benchmarks.pages [--json FILE] [--against FILE] [WORD …]`` opens each address of the resolver that answers GET in this process
(Django's client through the whole stack, no network), with arguments found in the data, preferring the largest programme and university.
A page is drawn once to warm up and five times to measure; the median is printed. Pages over 200 ms are named at the end, and with
``--against`` a file written by ``--json`` over a small database, those whose number of queries is another there.
Words choose addresses by a part of their name. The database is the one of SHEBER_VAR or SHEBER_DATABASE; nothing is written but sessions.
"""

import argparse
import json
import os
import statistics
import sys
import time
from pathlib import Path

LIMIT_MS = 200.0
REPEATS = 5
SLOW_ENOUGH_MS = 3000.0
LANGUAGE = "ru"
VARIANTS = {
    "students:list": ("sort=short", "sort=-items", "verdict=short", "q=ай", "page=50", "sort=-class"),
    "programmes:students": ("sort=-short", "verdict=fine", "q=ай"),
    "programmes:list": ("sort=-students", "q=тау"),
    "programmes:gap": ("against=17-2131.00",),
    "audit:list": ("page=20", "actor=nu01", "verb=evidence.superseded", "verb=programme.published", "first_day=2026-01-01",
                   "kind=evidence.evidenceitem"),
    "search": ("q=ай", "q=zzzz", "q=металл"),
    "people:list": ("q=ай", "sort=-name", "page=100"),
}
SKIPPED = {"people:sign_out"}


def setup():
    """Django with the settings of a demonstration that does not debug."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sheber.site.settings.dev")
    os.environ.setdefault("SHEBER_DEMONSTRATION", "1")
    import django

    django.setup()
    from django.conf import settings

    settings.DEBUG = False


def personas():
    """One person for each role of the tour; where the nation stands, those of its largest university and programme too."""
    from sheber.spine.people.models import RoleAssignment, User

    found = {}
    for user in User.objects.filter(persona_order__isnull=False).order_by("persona_order"):
        role = RoleAssignment.objects.filter(user=user).order_by("id").values_list("role", flat=True).first()
        large = "large " if user.persona_order >= 100 else ""
        found.setdefault(f"{large}{role}", user)
    return {"anonymous": None, **found}


def things(user):
    """Arguments by name for what this person looks at: the largest programme of their own place, else of all."""
    from django.db.models import Count

    from sheber.apps.programmes.models import Assessment, Course, Enrolment, ProgrammeVersion
    from sheber.spine.evidence.models import EvidenceItem
    from sheber.spine.people.models import RoleAssignment

    path = RoleAssignment.objects.filter(user=user).values_list("organisation__path", flat=True).first() if user else None
    versions = ProgrammeVersion.objects.select_related("programme__organisation")
    near = versions.filter(programme__organisation__path__startswith=path) if path and path.count("/") > 2 else versions
    near = near if near.exists() else versions
    version = near.annotate(n=Count("enrolments")).order_by("-n", "id").first()
    enrolled = Enrolment.objects.filter(version=version, is_active=True).order_by("entry_year", "id").first()
    course = Course.objects.filter(version=version, assessments__isnull=False).order_by("id").first()
    item = EvidenceItem.objects.filter(person_id=enrolled.student_id).order_by("id").first()
    assessment = Assessment.objects.filter(pk=item.source_id).first() or Assessment.objects.filter(course=course).first()
    organisation = version.programme.organisation
    return {
        "programmes": {"code": version.programme.code, "version": version.version, "version_id": version.pk,
                       "programme_id": version.programme_id, "item": "4.4", "course": course.code, "kind": "csv", "soc": "17-2131.00"},
        "students": {"person_id": enrolled.student_id, "assessment_id": assessment.pk, "kind": "csv"},
        "evidence": {"person_id": enrolled.student_id, "item_id": item.pk, "kind": "csv"},
        "organisations": {"code": organisation.code if not path or path.count("/") > 2 else "KZ", "kind": "csv"},
        "competences": {"code": "CDIO", "version": "2.0", "competence_code": "4.4", "soc": "17-2131.00", "type_code": "line_engineer",
                        "kind": "csv"},
        "people": {"person_id": enrolled.student_id, "user_id": enrolled.student_id, "kind": "csv",
                   "role_id": RoleAssignment.objects.filter(user_id=enrolled.student_id).values_list("pk", flat=True).first()},
    }


def pages(words):
    """Every address that answers GET, with its name and the names of its arguments."""
    from tests.access.addresses import addresses

    for one in addresses():
        if one.name and "GET" in one.methods and one.name not in SKIPPED and (not words or any(word in one.name for word in words)):
            yield one


def measure(client, url, repeats=REPEATS):
    """(status, median wall ms, median CPU ms, queries, bytes); a page of seconds is measured once."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def once():
        wall, cpu = time.perf_counter(), time.process_time()
        answer = client.get(url)
        size = len(b"".join(answer.streaming_content)) if answer.streaming else len(answer.content)
        return answer, (time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000, size

    answer, wall, cpu, size = once()
    if answer.status_code not in {200, 422}:
        return answer.status_code, wall, cpu, 0, size
    walls, cpus = [], []
    for _ in range(repeats if wall < SLOW_ENOUGH_MS else 1):
        answer, wall, cpu, size = once()
        walls.append(wall)
        cpus.append(cpu)
    with CaptureQueriesContext(connection) as captured:
        once()
    return answer.status_code, statistics.median(walls), statistics.median(cpus), len(captured), size


def main(arguments):
    """Print the table; status 1 when a page is too slow or its queries grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", default="")
    parser.add_argument("--against", default="")
    parser.add_argument("--persona", default="", help="only personas whose name holds this")
    parser.add_argument("words", nargs="*")
    args = parser.parse_args(arguments)
    setup()
    from django.db import connection
    from django.test import Client
    from django.urls import NoReverseMatch, reverse

    small = {(row["page"], row["persona"]): row for row in json.loads(Path(args.against).read_text("utf-8"))} if args.against else {}
    rows = []
    print(f"{connection.vendor}; milliseconds are the median of {REPEATS} after one that warms up")
    print(f"{'page':<52} {'persona':<26} {'status':>6} {'wall ms':>8} {'CPU ms':>8} {'queries':>7} {'kB':>7}", flush=True)
    for persona, user in personas().items():
        if args.persona and args.persona not in persona:
            continue
        client = Client(raise_request_exception=False, headers={"accept-language": LANGUAGE, "host": "localhost"})
        if user is not None:
            client.force_login(user)
        known = things(user)
        for one in pages(args.words):
            system = one.name.split(":")[0]
            system = one.name.split(":")[1].split("_")[0] if system.startswith("api") and ":" in one.name else system
            try:
                url = reverse(one.name, kwargs={name: known[system][name] for name in one.arguments})
            except (KeyError, NoReverseMatch):
                print(f"{one.name:<52} {persona:<26} {'–':>6} no arguments known: {one.arguments}")
                continue
            for query in ("", *VARIANTS.get(one.name, ())):
                status, wall, cpu, queries, size = measure(client, f"{url}?{query}" if query else url)
                if status not in {200, 422, 500}:
                    continue
                name = f"{one.name}?{query}" if query else one.name
                rows.append({"page": name, "persona": persona, "status": status, "wall_ms": round(wall, 1), "cpu_ms": round(cpu, 1),
                             "queries": queries, "kb": round(size / 1024, 1)})
                print(f"{name:<52} {persona:<26} {status:>6} {wall:>8.0f} {cpu:>8.0f} {queries:>7} {size / 1024:>7.0f}", flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps(rows, indent=1), "utf-8")
    return verdict(rows, small)


def verdict(rows, small):
    """Name what is too slow and what asks more of a large database."""
    slow = [row for row in rows if row["wall_ms"] > LIMIT_MS]
    broken = [row for row in rows if row["status"] >= 500]
    grown = [(row, small[key]["queries"]) for row in rows if (key := (row["page"], row["persona"])) in small
             and small[key]["queries"] != row["queries"]]
    print(f"\n{len(rows)} pages as their personas; over {LIMIT_MS:.0f} ms: {len(slow)}; with an error: {len(broken)}; "
          f"with another number of queries than in the small database: {len(grown)}")
    for row in sorted(slow, key=lambda row: -row["wall_ms"]):
        print(f"  slow    {row['page']} ({row['persona']}): {row['wall_ms']:.0f} ms, {row['queries']} queries")
    for row in broken:
        print(f"  error   {row['page']} ({row['persona']}): {row['status']}")
    for row, before in grown:
        print(f"  queries {row['page']} ({row['persona']}): {before} before, {row['queries']} now")
    return 1 if slow or broken or grown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
