"""What several people do at one moment, for ``test_races``: on PostgreSQL in this process, on SQLite in one with a database in a file."""

import threading
from collections.abc import Callable

from django.db import connections

from sheber.kit.errors import DomainError
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import access, services
from sheber.spine.people.models import RoleAssignment, User

from .factories import PASSWORD, make_user


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Codes of refusals, sorted; empty for what was done."""
    start, codes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        code = "no answer"
        try:
            start.wait(30)
            act()
            code = ""
        except DomainError as no:
            code = no.code
        except Exception as fault:
            code = repr(fault)
        finally:
            codes.append(code)
            connections.close_all()
    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(codes)


def one_acceptance() -> None:
    """Six accept one invitation: one person is made, with one role."""
    make_root()
    place = make_organisation()
    admin = make_user(role="administrator", at=place)
    sent = services.invitations_create(actor=admin, guests=[services.Guest("race@example.invalid", {"en": "R"})], role="teacher",
                                       organisation_id=place.pk, address="https://sheber.example/", language="en")[0]
    codes = at_once(*[lambda: services.invitation_accept(token=sent.token, name={"en": "R"}, language="en", password=PASSWORD)] * 6)
    assert codes == ["", *["invitation_used"] * 5], codes
    assert User.objects.filter(email="race@example.invalid").count() == 1
    assert RoleAssignment.objects.filter(user__email="race@example.invalid").count() == 1


def two_letters(address: str) -> None:
    """Two invitations of one address to two roles, accepted at once: one account, and the other is asked to sign in."""
    place = make_organisation()
    admin = make_user(role="administrator", at=place)
    tokens = [services.invitations_create(actor=admin, guests=[services.Guest(address, {"en": "T"})], role=role,
                                          organisation_id=place.pk, address="https://sheber.example/", language="en")[0].token
              for role in ("teacher", "researcher")]
    codes = at_once(*[lambda token=token: services.invitation_accept(  # type: ignore[misc]
        token=token, name={"en": "T"}, language="en", password=PASSWORD) for token in tokens])
    assert codes == ["", "invitation_has_account"], codes
    assert User.objects.filter(email=address).count() == 1


def _the_two_administrators() -> list[User]:
    """The only two of the nation."""
    root = make_root()
    RoleAssignment.objects.filter(role="administrator", organisation=root).delete()
    return [make_user(role="administrator", at=root) for _one in range(2)]


def one_administrator_left() -> None:
    """Two administrators of the nation take the role from each other: one keeps it."""
    pair = _the_two_administrators()
    roles = [person.roles.get().pk for person in pair]
    codes = at_once(*[lambda role=role: services.role_end_now(  # type: ignore[misc]
        actor=None, role_id=role, reason="race") for role in roles])
    assert codes == ["", "last_administrator"], codes
    assert sum(access.allowed(User.objects.get(pk=one.pk), "role.grant", access.NATIONAL) for one in pair) == 1


def one_open_account_left() -> None:
    """Two administrators of the nation close each other's account: one stays open."""
    one, other = _the_two_administrators()
    codes = at_once(*[lambda actor=actor, person=person: services.person_deactivate(  # type: ignore[misc]
        actor=actor, person_id=person.pk, reason="race") for actor, person in ((one, other), (other, one))])
    assert codes in (["", "last_administrator"], ["", "person_above_you"]), codes
    assert User.objects.filter(pk__in=[one.pk, other.pk], is_active=True).count() == 1


def run_all() -> None:
    """Every race."""
    one_acceptance()
    for turn in range(5):
        two_letters(f"two{turn}@example.invalid")
        one_administrator_left()
        one_open_account_left()
