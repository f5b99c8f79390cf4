"""The tree: paths that always tell the truth, seeds that load twice and write once."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheber.kit.errors import DomainError
from sheber.kit.findable import together
from sheber.spine.audit.models import AuditEntry
from sheber.spine.organisations import queries, seeds, services
from sheber.spine.organisations.models import Organisation, Region, Sector

from .factories import make_organisation, make_root

pytestmark = pytest.mark.django_db


def paths_by_parents():
    """Every path worked out from the parents alone."""
    nodes = {node.pk: node for node in Organisation.objects.all()}

    def line(node):
        return [*(line(nodes[node.parent_id]) if node.parent_id else []), node.pk]
    return {node.pk: "/" + "".join(f"{one}/" for one in line(node)) for node in nodes.values()}


def standing_paths():
    return dict(Organisation.objects.values_list("pk", "path"))


def test_create_rename_move_are_recorded():
    root = make_root()
    university = services.organisation_create(actor=None, code="U", kind="university", name={"en": "U"}, parent_id=root.pk)
    faculty = services.organisation_create(actor=None, code="F", kind="faculty", name={"en": "F"}, parent_id=university.pk)
    other = services.organisation_create(actor=None, code="V", kind="university", name={"en": "V"}, parent_id=root.pk)
    services.organisation_rename(actor=None, organisation_id=faculty.pk, name={"en": "G"})
    services.organisation_rename(actor=None, organisation_id=faculty.pk, name={"en": "G"})
    services.organisation_move(actor=None, organisation_id=faculty.pk, parent_id=other.pk, reason="merged")
    assert standing_paths() == paths_by_parents()
    told = list(AuditEntry.objects.values_list("verb", flat=True))
    assert told == [*["organisation.created"] * 3, "organisation.renamed", "organisation.moved"]
    moved = AuditEntry.objects.last()
    assert (moved.before["parent"], moved.after["parent"], moved.reason) == ("U", "V", "merged")
    assert moved.scope_path == f"{other.path}{faculty.pk}/"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(moves=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8))
def test_any_moves_keep_the_paths_true(moves):
    """Whatever is moved under whatever: refused, or every path is that of its parents."""
    refusals = set()
    with transaction.atomic():
        nodes = [make_root()]
        for number in range(9):
            nodes.append(make_organisation(parent=nodes[number // 2]))
        for what, where in moves:
            try:
                services.organisation_move(actor=None, organisation_id=nodes[what].pk, parent_id=nodes[where].pk, reason="so")
            except DomainError as no:
                refusals.add(no.code)
            assert standing_paths() == paths_by_parents()
        transaction.set_rollback(True)
    assert refusals <= {"organisation_move_into_itself", "organisation_root_stays", "organisation_too_deep"}


def test_refusals():
    root = make_root()
    node = make_organisation(parent=root, code="TAKEN")
    deep = node
    for _level in range(services.DEPTH_MAX - 2):
        deep = make_organisation(parent=deep)

    def create(**fields):
        return services.organisation_create(actor=None, kind="faculty", name={"en": "N"}, **fields)

    for code, refused in (
            ("organisation_code_taken", lambda: create(code="TAKEN", parent_id=root.pk)),
            ("organisation_root_exists", lambda: create(code="X", parent_id=None)),
            ("organisation_too_deep", lambda: create(code="X", parent_id=deep.pk)),
            ("organisation_too_deep", lambda: services.organisation_move(
                actor=None, organisation_id=make_organisation().pk, parent_id=deep.pk, reason="so")),
            ("reason_missing", lambda: services.organisation_move(actor=None, organisation_id=node.pk, parent_id=root.pk, reason=" "))):
        with pytest.raises(DomainError) as no:
            refused()
        assert no.value.code == code


@pytest.mark.parametrize("how_many", [1, 25])
def test_queries_cost_one_query(django_assert_num_queries, how_many):
    for _number in range(how_many):
        last = make_organisation(parent=make_organisation(), kind="faculty")
    root_path = queries.root().path
    for question in (queries.tree, lambda: queries.subtree(root_path), lambda: queries.breadcrumbs(last.path),
                     lambda: queries.by_codes([last.code]), lambda: queries.visible([last.path])):
        with django_assert_num_queries(1):
            question()
    assert [row.id for row in queries.breadcrumbs(last.path)] == [int(part) for part in last.path.split("/") if part]


def test_tree_order_puts_each_below_its_parent():
    first = make_organisation(code="B")
    make_organisation(parent=first, kind="faculty", code="B-2")
    make_organisation(parent=first, kind="faculty", code="B-1")
    make_organisation(code="A")
    make_organisation(kind="enterprise", code="0")
    assert [row.code for row in queries.tree()] == ["KZ", "A", "B", "B-1", "B-2", "0"]
    assert [row.depth for row in queries.tree()] == [0, 1, 1, 2, 2, 1]
    assert {row.code for row in queries.visible([first.path])} == {"B", "B-1", "B-2"}
    assert queries.visible(["/"]) == queries.tree()
    assert queries.by_code("nothing") is None


def test_seeds_load_twice_and_write_once(django_assert_max_num_queries):
    seeds.seed_reference()
    assert (Region.objects.count(), Sector.objects.filter(code="mining_metallurgy").count()) == (20, 1)
    assert set(Region.objects.values_list("status_of_fact", flat=True)) <= {"confirmed", "from memory", "proposed"}
    with together(), django_assert_max_num_queries(25):            # the index of the search follows after it
        assert seeds.load_demo() == 8 + 19 + 14 + 3 + 2
    assert standing_paths() == paths_by_parents()
    entries = AuditEntry.objects.count()
    seeds.seed_reference()
    assert seeds.load_demo() == 0
    assert AuditEntry.objects.count() == entries
    assert queries.by_code("TPC").kind == "college"
    assert not queries.by_code("EKTU").is_fictional
    assert queries.by_code("ENT-ZINC").sector == "mining_metallurgy"
    assert all(row.is_synthetic for row in queries.tree() if row.depth)


def test_a_changed_fact_is_loaded_again():
    seeds.seed_reference()
    Region.objects.filter(code="VOS").update(centre="elsewhere")
    assert seeds.seed_reference()["regions"] == 1
    assert Region.objects.get(code="VOS").centre != "elsewhere"


def test_demo_people_hold_their_roles():
    from sheber.spine.people import seeds as people
    from sheber.spine.people.access import allowed
    from sheber.spine.people.models import User
    from sheber.spine.people.queries import personas
    seeds.seed_reference()
    seeds.load_demo()
    assert people.load_demo() == 41
    assert people.load_demo() == 0
    tour = personas()
    assert len(tour) == 16
    assert [row.role for row in tour][:3] == ["student", "teacher", "supervisor"]
    director = User.objects.get(email="saule.dairbek@demo.invalid")
    assert allowed(director, "programme.edit", queries.by_code("EKTU-MET").path)
    assert not allowed(director, "programme.edit", queries.by_code("EKTU-MECH").path)
    assert not any(user.has_usable_password() for user in User.objects.all())
