"""The people of the demonstration: forty invented persons, fifteen of them on the tour, and an administrator."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from sheber.kit.localised import LocalisedText
from sheber.kit.seeding import data_yaml
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.organisations import queries as organisations

from .models import RoleAssignment, User

ADMINISTRATOR: dict[str, Any] = {
    "login": "administrator@demo.invalid", "organisation": "KZ", "roles": ["administrator"],
    "name": {"kk": "Әкімші Көрсетілім", "ru": "Администратор Показа", "en": "Demo Administrator"},
    "story": {"kk": "Рөл береді, негіздерді жариялайды және әр өзгерістің соңынан жүреді.",
              "ru": "Выдаёт роли, публикует перечни компетенций и прослеживает каждое изменение.",
              "en": "Grants roles, publishes frameworks and follows every change to its author."}}


@transaction.atomic
def load_demo(*, actor: audit.Actor = None) -> int:
    """People of ``demo/people.yaml`` with their roles; organisations come first. Returns how many people were added."""
    demo = data_yaml("demo/people.yaml")
    tour = {row["person"]: (order, row["story"]) for order, row in enumerate(demo["personas"], start=1)}
    rows = [{**row, "order": tour.get(row["id"], (None, None))[0], "story": tour.get(row["id"], (None, None))[1]} for row in demo["people"]]
    rows.append({**ADMINISTRATOR, "order": len(tour) + 1})
    standing = set(User.objects.filter(email__in=[row["login"] for row in rows]).values_list("email", flat=True))
    wanted = [row for row in rows if row["login"] not in standing]
    if not wanted:
        return 0
    places = organisations.by_codes({row.get("faculty") or row["organisation"] for row in wanted})
    nobody = make_password(None)
    people = User.objects.bulk_create([_person(row, password=nobody) for row in wanted])
    RoleAssignment.objects.bulk_create([
        RoleAssignment(user=person, role=role, organisation_id=places[row.get("faculty") or row["organisation"]].id)
        for person, row in zip(people, wanted, strict=True) for role in row["roles"]])
    for held in RoleAssignment.objects.filter(user__in=people).select_related("organisation").order_by("pk"):
        notify(held.user_id, "role.granted", {"role": held.role, "place": dict(held.organisation.name)}, link="/people/account/")
    audit.record(actor=actor, verb="person.loaded", target=("people.user", "demo/people.yaml"),
                 after={"count": len(people), "synthetic": True})
    return len(people)


def _person(row: Mapping[str, Any], *, password: str) -> User:
    return User(email=row["login"], name=LocalisedText.of(row["name"]), password=password, language=(row.get("languages") or ["kk"])[0],
                is_synthetic=True, persona_order=row["order"], persona_note=LocalisedText.of(row.get("story")))
