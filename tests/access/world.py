"""A small nation in which every address finds something to open at each place."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from sheber.apps.programmes.models import Assessment, ProgrammeVersion
from sheber.apps.programmes.queries.profiles import PROFILE
from sheber.apps.programmes.tests.factories import make_plan, make_version
from sheber.kit.consent import purposes
from sheber.spine.competences.tests.factories import make_competence
from sheber.spine.evidence.tests.factories import make_evidence
from sheber.spine.organisations.models import Organisation
from sheber.spine.organisations.tests.factories import make_organisation, make_root
from sheber.spine.people.models import Invitation, User
from sheber.spine.people.tests.factories import make_user
from sheber.spine.privacy.services import consent_set

from .addresses import Address

RELATIONS = ("own", "below", "above", "sibling")


@dataclass
class World:
    """Places seen from the person who asks: their own node, one below it, the one above, and one of a sibling university."""

    places: dict[str, Organisation]
    students: dict[str, User]
    things: dict[tuple[str, str], Any] = field(default_factory=dict)

    def thing(self, kind: str, relation: str, make: Callable[[], Any]) -> Any:
        """Something at a place, made when it is first asked for."""
        key = (kind, relation)
        if key not in self.things:
            self.things[key] = make()
        return self.things[key]


def make_world() -> World:
    make_root()
    ours, theirs = make_organisation(code="OURS"), make_organisation(code="THEIRS")
    own = make_organisation(parent=ours, kind="faculty", code="OURS-F")
    places = {"own": own, "below": make_organisation(parent=own, kind="department", code="OURS-F-D"), "above": ours,
              "sibling": make_organisation(parent=theirs, kind="faculty", code="THEIRS-F")}
    return World(places, {name: make_user(role="student", at=place) for name, place in places.items()})


def _organisation(world: World, relation: str, _address: Address) -> dict[str, Any]:
    return {"code": world.places[relation].code}


def _evidence(world: World, relation: str, address: Address) -> dict[str, Any]:
    if address.arguments == ("person_id",):
        return {"person_id": world.students[relation].pk}
    item = world.thing("evidence", relation, lambda: make_evidence(person=world.students[relation], competence=make_competence()))
    return {"item_id": item.pk}


def _person(world: World, relation: str, address: Address) -> dict[str, Any]:
    person, place = world.students[relation], world.places[relation]

    def invite() -> Invitation:
        return Invitation.objects.create(email=f"{relation}@example.invalid", role="student", organisation=place, token_hash=relation,
                                         expires_at=timezone.now())

    known: dict[str, Callable[[], Any]] = {"role_id": lambda: person.roles.get().pk, "token": lambda: "nothing",
                                           "invitation_id": lambda: world.thing("invitation", relation, invite).pk}
    return {name: known.get(name, lambda: person.pk)() for name in address.arguments}


def _framework(world: World, _relation: str, address: Address) -> dict[str, Any]:
    item = world.thing("competence", "", make_competence)
    known = {"code": item.framework.code, "version": item.framework.version, "competence_code": item.code, "soc": "17-2151.00",
             "type_code": "line_engineer"}
    return {name: known[name] for name in address.arguments}


def _case(world: World, _relation: str, address: Address) -> dict[str, Any]:
    from sheber.spine.competences.case.plan import document_id, item_id

    item = world.thing("competence", "", make_competence)
    document = document_id(item.framework.code, item.framework.version)
    known = {"release": "v1p0", "identifier": item_id(document, item.code) if "item" in address.name else document}
    return {name: known[name] for name in address.arguments}


def _version(world: World, relation: str) -> ProgrammeVersion:
    def make() -> ProgrammeVersion:
        return make_version(organisation=world.places[relation], plan=make_plan(), status="published")
    version: ProgrammeVersion = world.thing("programme", relation, make)
    return version


def _student(world: World, relation: str, address: Address) -> dict[str, Any]:
    if address.name.endswith("profile"):
        consent_set(person=world.students[relation], purpose=PROFILE, version=purposes()[PROFILE].version, is_given=True)
    if "assessment_id" not in address.arguments:
        return {"person_id": world.students[relation].pk} if address.arguments else {}
    course = _version(world, relation).courses.order_by("pk")[0]
    # One's own in the sense of the rule: the student assessed it.
    piece = world.thing("assessment", relation, lambda: Assessment.objects.create(
        course=course, kind="exam", title={"en": "Exam"}, held_on=dt.date(2026, 1, 20), assessor=world.students[relation]))
    return {"assessment_id": piece.pk}


def _programme(world: World, relation: str, address: Address) -> dict[str, Any]:
    version = _version(world, relation)
    known = {"code": version.programme.code, "version": version.version, "version_id": version.pk, "programme_id": version.programme_id,
             "kind": "csv", "item": "1.1", "course": "MAT1", "soc": "17-2151.00"}
    return {name: known[name] for name in address.arguments}


def _integration(world: World, relation: str, address: Address) -> dict[str, Any]:
    """A webhook listens at the place; a token is the person's own, and the view looks for that."""
    from sheber.spine.integrations.tests.factories import make_delivery, make_webhook

    if not address.arguments:
        return {}
    hook = world.thing("webhook", relation, lambda: make_webhook(owner=world.students[relation], at=world.places[relation]))
    sent = world.thing("delivery", relation, lambda: make_delivery(hook))
    known = {"webhook_id": hook.pk, "delivery_id": sent.pk, "token_id": 1}
    return {name: known[name] for name in address.arguments}


def _job(world: World, relation: str, address: Address) -> dict[str, Any]:
    """Work for the place, asked for by the student there."""
    from sheber.spine.jobs.tests.factories import make_job

    if not address.arguments:
        return {}
    place, person = world.places[relation], world.students[relation]
    return {"job_id": world.thing("job", relation, lambda: make_job(started_by=person, scope_path=place.path)).pk}


def _trash(world: World, relation: str, address: Address) -> dict[str, Any]:
    """Something that belonged to the place."""
    from sheber.spine.trash.tests.factories import make_deletion

    if not address.arguments:
        return {}
    return {"deletion_id": world.thing("deletion", relation, lambda: make_deletion(scope_path=world.places[relation].path)).pk}


def _notice(world: World, relation: str, address: Address) -> dict[str, Any]:
    """A notice of the student there, which the view gives to nobody else; a letter that waits."""
    from sheber.spine.notices.tests.factories import make_letter, make_notice

    notice = world.thing("notice", relation, lambda: make_notice(person=world.students[relation]))
    letter = world.thing("letter", relation, lambda: make_letter(person=world.students[relation]))
    known = {"notice_id": notice.pk, "letter_id": letter.pk, "token": "nothing"}
    return {name: known[name] for name in address.arguments}


def _api(world: World, relation: str, address: Address) -> dict[str, Any]:
    """An operation of the API is named by its system: ``api-v1:programmes_matrix``."""
    system = address.name.split(":")[1].split("_")[0]
    assert system in SAMPLES, f"tests/access/world.py does not say how to find something for {address.name} ({address.route})"
    return SAMPLES[system](world, relation, address)


def _account(world: World, relation: str, address: Address) -> dict[str, Any]:
    known = {"person_id": world.students[relation].pk, "session_id": 1, "identity_id": 1}
    return {name: known.get(name, "nothing") for name in address.arguments}


def _exchange(_world: World, _relation: str, address: Address) -> dict[str, Any]:
    """A file that nobody gave: what comes of one is shown to whoever gave it, and to nobody else."""
    return {name: {"name": "organisations", "kind": "csv", "file_id": 1}[name] for name in address.arguments}


def _file(world: World, relation: str, address: Address) -> dict[str, Any]:
    """A document of the place. Who may open it is told by the view, so ``test_files`` goes through the whole stack."""
    place = world.places[relation]
    known: dict[str, Callable[[], Any]] = {
        "file_id": lambda: world.thing("file", relation, lambda: make_document(place)).pk,
        "kind": lambda: "organisations.organisation", "thing": lambda: str(place.pk)}
    return {name: known[name]() for name in address.arguments}


def make_document(place: Organisation) -> Any:
    """A row alone: no content is kept for it."""
    from sheber.spine.files.models import Blob, StoredFile

    now = timezone.now()
    blob = Blob.objects.create(sha256=f"{place.pk:064x}", size=1, media_type="text/plain", created_at=now, touched_at=now)
    return StoredFile.objects.create(name="a.txt", blob=blob, target_kind="organisations.organisation", target_id=str(place.pk),
                                     organisation=place, uploaded_at=now)


def _export(world: World, relation: str, _address: Address) -> dict[str, Any]:
    """A file that the student there asked for."""
    from sheber.spine.exports.models import Export

    now = timezone.now()
    made = world.thing("export", relation, lambda: Export.objects.create(
        owner=world.students[relation], address="/people/", kind="csv", title="People", filename="people.csv", language="en", asked_at=now,
        kept_until=now + dt.timedelta(days=7)))
    return {"export_id": made.pk}


def _privacy(world: World, relation: str, address: Address) -> dict[str, Any]:
    """A request for erasure of the student there."""
    from sheber.spine.privacy.services import erasure_ask

    person = world.students[relation]
    known: dict[str, Callable[[], Any]] = {
        "request_id": lambda: world.thing("erasure", relation, lambda: erasure_ask(person=person)).pk,
        "person_id": lambda: person.pk, "purpose": lambda: "profile.enterprises"}
    return {name: known[name]() for name in address.arguments}


SAMPLES: dict[str, Callable[[World, str, Address], dict[str, Any]]] = {
    "organisations": _organisation, "evidence": _evidence, "people": _person, "competences": _framework, "programmes": _programme,
    "case": _case, "students": _student, "accounts": _account, "integrations": _integration, "exchange": _exchange, "jobs": _job,
    "notices": _notice, "files": _file, "trash": _trash, "privacy": _privacy, "exports": _export,
    "api-v1": _api}
"""By the first namespace: the arguments of an address for a thing at a place. A system with arguments in its addresses adds itself."""


def sample(world: World, relation: str, address: Address) -> dict[str, Any]:
    """Arguments for an address; fails, saying what is missing, when nobody has said how to find them."""
    if not address.arguments:
        return {}
    system = address.name.split(":")[0]
    assert system in SAMPLES, f"tests/access/world.py does not say how to find something for {address.name} ({address.route})"
    return SAMPLES[system](world, relation, address)
