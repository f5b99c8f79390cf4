"""A file is brought in while somebody saves the same row on its page, for ``test_races``: nothing that was saved is lost unseen."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connection, connections

from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Exchange
from sheber.kit.exchange.importing import Outcome, run_import
from sheber.kit.exchange.writing import write
from sheber.spine.organisations import services as organisations
from sheber.spine.organisations.exchange import ORGANISATIONS
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people import services as people
from sheber.spine.people.exchange import PEOPLE
from sheber.spine.people.models import User
from sheber.spine.people.tests.factories import make_user


def during(exchange: Exchange, data: bytes, save: Callable[[], Any]) -> tuple[Outcome, str]:
    """What the import did, and the code with which ``save`` was refused; it begins when the rows are compared and none is written.

    The import waits for it for a second, and goes on then: whoever is held up by the rows ends after the import.
    """
    compared, saved, codes = threading.Event(), threading.Event(), []

    def apply(change: Any, actor: Any, paths: Any) -> None:
        compared.set()
        saved.wait(1)
        exchange.apply(change, actor, paths)

    def save_meanwhile() -> None:
        compared.wait(20)
        try:
            save()
            codes.append("")
        except DomainError as no:
            codes.append(no.code)
        except Exception as fault:
            codes.append(repr(fault))
        finally:
            saved.set()
            connections.close_all()
    thread = threading.Thread(target=save_meanwhile)
    thread.start()
    outcome = run_import(replace(exchange, apply=apply), data, "x.csv", actor=None, view=["/"], edit=["/"], dry=False)
    thread.join(60)
    return outcome, codes[0]


def changed(exchange: Exchange, key: int) -> bytes:
    """A file with the row as it stands, but with another name."""
    row = dict(next(iter(exchange.rows(["/"], {str(key)}))))
    text = write(exchange, [row], "csv").decode("utf-8-sig")
    assert "Before" in text
    return text.replace("Before", "By the file").encode()


def an_organisation() -> None:
    make_root()
    node = make_organisation(code="RACE", name={"en": "Before"})
    outcome, code = during(ORGANISATIONS, changed(ORGANISATIONS, node.pk), lambda: organisations.organisation_edit(
        actor=None, organisation_id=node.pk, facts={"name": {"en": "On the page"}}, edit_version=node.edit_version))
    settled(outcome, code, Organisation.objects.get(pk=node.pk).name["en"])


def a_person() -> None:
    person = make_user(name={"en": "Before"}, role="student", at=make_root())
    outcome, code = during(PEOPLE, changed(PEOPLE, person.pk), lambda: people.person_edit(
        actor=None, person_id=person.pk, name={"en": "On the page"}, email=person.email, language="en", edit_version=person.edit_version))
    settled(outcome, code, User.objects.get(pk=person.pk).name["en"])


def settled(outcome: Outcome, code: str, name: str) -> None:
    assert outcome.written, outcome.faults
    assert (code, name) == ("stale", "By the file"), (code, name, connection.vendor)


def run_all() -> None:
    """Every race."""
    an_organisation()
    a_person()
