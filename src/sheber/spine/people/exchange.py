"""People with their roles as a table that goes out and comes back: one row a person, one line of a cell a role."""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from sheber.kit.access import NATIONAL, covered
from sheber.kit.errors import DomainError
from sheber.kit.exchange.declaring import Change, Column, Exchange, Values, register
from sheber.kit.exchange.values import UnfitError
from sheber.kit.localised import LANGUAGES, LocalisedText
from sheber.spine.organisations.models import Organisation

from . import services
from .models import RoleAssignment, User
from .roles import ROLES

AT_ONCE: Final = 900
"""SQLite of older systems takes at most 999 parameters."""
_ROLE: Final = re.compile(r"(\w+)\s*@\s*(\S+)(?:\s+([0-9-]{10})?\s*\.\.\s*([0-9-]{10})?)?")


class Held(NamedTuple):
    """A role in a cell: ``teacher @ KARTU 2026-09-01..2027-06-30``; a day that is left out is open."""

    role: str
    code: str
    starts_on: dt.date | None
    ends_on: dt.date | None


def read_roles(text: str) -> dict[tuple[str, str], Held]:
    """By role and code of the organisation. Raises ``UnfitError``."""
    found: dict[tuple[str, str], Held] = {}
    for line in filter(None, (part.strip() for part in re.split(r"[;\n]", text))):
        match = _ROLE.fullmatch(line)
        if match is None:
            raise UnfitError(_("“%(found)s” is no role. Write it like: teacher @ CODE, or teacher @ CODE 2026-09-01..2027-06-30.") % {
                "found": line[:60]})
        role, code, first, last = match.groups()
        if role not in ROLES:
            raise UnfitError(_("There is no role “%(role)s”. Write one of: %(known)s.") % {"role": role[:40], "known": ", ".join(ROLES)})
        if (role, code) in found:
            raise UnfitError(_("The role “%(role)s” at “%(code)s” stands twice in the cell.") % {"role": role, "code": code[:40]})
        found[role, code] = Held(role, code, _day(first), _day(last))
    return found


def write_roles(held: Collection[Held]) -> str:
    """The one form of a cell: a role a line, by organisation and role."""
    lines = []
    for one in sorted(held, key=lambda role: (role.code, role.role)):
        days = [day.isoformat() if day else "" for day in (one.starts_on, one.ends_on)]
        lines.append(f"{one.role} @ {one.code}" + (f" {days[0]}..{days[1]}" if any(days) else ""))
    return "\n".join(lines)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as wrong:
        raise UnfitError(_("“%(found)s” is no day of the calendar.") % {"found": text}) from wrong


def _clean_roles(text: str) -> str:
    return write_roles(read_roles(text).values())


COLUMNS: Final = (
    Column("email", gettext_lazy("E-mail"), required=True, clean=str.lower, help=gettext_lazy("What the person signs in with.")),
    Column("name_kk", pgettext_lazy("of a person", "Name, Kazakh")), Column("name_ru", pgettext_lazy("of a person", "Name, Russian")),
    Column("name_en", pgettext_lazy("of a person", "Name, English")),
    Column("language", gettext_lazy("Language"), "choice", required=True, choices=(
        ("kk", gettext_lazy("Kazakh")), ("ru", gettext_lazy("Russian")), ("en", gettext_lazy("English"))),
        help=gettext_lazy("In which letters to the person are written.")),
    Column("roles", gettext_lazy("Roles"), clean=_clean_roles, help=gettext_lazy(
        "One a line: role @ code of the organisation, and the first and last day if there are any: teacher @ KARTU 2026-09-01..2027-06-30. "
        "A role that is deleted here ends.")),
    Column("state", gettext_lazy("Account"), "choice", required=True, choices=(
        ("open", gettext_lazy("The person may sign in.")), ("closed", gettext_lazy("Nobody signs in with it.")))))


def rows(paths: Sequence[str], ids: Collection[str] | None = None) -> Iterator[Values]:
    """People with a role at or below the paths, with the roles there that are not over; two queries for each 900 people."""
    for part in _parts(_within(paths), ids):
        roles: dict[int, list[Held]] = {}
        today = timezone.localdate()
        held = RoleAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today), user_id__in=part)
        columns = ("user_id", "organisation__path", "role", "organisation__code", "starts_on", "ends_on")
        for user_id, path, *values in held.values_list(*columns):
            if any(path.startswith(one) for one in paths):
                roles.setdefault(user_id, []).append(Held(*values))
        for user in User.objects.filter(pk__in=part).order_by("pk").only("email", "name", "language", "is_active"):
            name = LocalisedText.of(user.name)
            yield {"id": str(user.pk), "email": user.email, "language": user.language, "state": "open" if user.is_active else "closed",
                   "roles": write_roles(roles.get(user.pk, [])), **{f"name_{one}": name.get(one, "") for one in LANGUAGES}}


def _within(paths: Sequence[str]) -> Any:
    if any(path.count("/") <= 2 for path in paths):
        return User.objects.all()          # whoever looks after the whole nation also sees those who hold no role
    below = Q(pk__in=[])
    for path in paths:
        below |= Q(organisation__path__startswith=path)
    return User.objects.filter(pk__in=RoleAssignment.objects.filter(below).values("user_id"))


def _parts(people: Any, ids: Collection[str] | None) -> Iterator[list[int]]:
    if ids is None:
        keys = list(people.order_by("pk").values_list("pk", flat=True))
        yield from (keys[start:start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
        return
    for part in _asked(ids):
        yield list(people.filter(pk__in=part).order_by("pk").values_list("pk", flat=True))


def _asked(ids: Collection[str]) -> Iterator[list[int]]:
    asked = sorted(int(one) for one in ids if re.fullmatch("[0-9]{1,18}", one))
    yield from (asked[start:start + AT_ONCE] for start in range(0, len(asked), AT_ONCE))


def lock(ids: Collection[str]) -> None:
    """The people of the file and their roles: people first, as giving a role takes them."""
    for part in _asked(ids):
        list(User.objects.select_for_update().filter(pk__in=part).order_by("pk").values_list("pk"))
        list(RoleAssignment.objects.select_for_update().filter(user_id__in=part).order_by("pk").values_list("pk"))


def apply(change: Change, actor: Any, paths: Sequence[str]) -> None:
    """Add or change one person through the services, which let nobody give or take what they do not hold themselves."""
    new, asked = change.new, read_roles(change.new["roles"])
    held = read_roles(change.old["roles"]) if change.id else {}
    name = {language: new[f"name_{language}"] for language in LANGUAGES if new[f"name_{language}"]}
    if not name:
        raise _refused("name_en", _("Write the name in at least one language."))
    user = _changed(change, actor, name) if change.id else _added(new, actor, paths, name, codes=[code for _role, code in asked])
    for key in asked.keys() - held.keys():
        services.role_grant(actor=actor, person_id=user.pk, role=key[0], organisation_id=_place(key[1]).pk,
                            starts_on=asked[key].starts_on, ends_on=asked[key].ends_on, reason=_reason())
    for key in asked.keys() & held.keys():
        if asked[key] != held[key]:
            services.role_dates_change(actor=actor, role_id=_role(user, key).pk, starts_on=asked[key].starts_on,
                                       ends_on=asked[key].ends_on, reason=_reason())
    for key in held.keys() - asked.keys():
        services.role_end_now(actor=actor, role_id=_role(user, key).pk, reason=_reason())
    if change.id and "state" in change.fields:
        act = services.person_reactivate if new["state"] == "open" else services.person_deactivate
        act(actor=actor, person_id=user.pk, reason=_reason())


def _added(new: Values, actor: Any, paths: Sequence[str], name: dict[str, str], *, codes: Sequence[str]) -> User:
    if not codes and not covered(NATIONAL, paths):
        raise _refused("roles", _("Write at least one role: without one, nobody at your organisation would see the person."))
    if User.objects.filter(email__iexact=new["email"]).exists():
        raise _refused("email", _("Somebody has this e-mail address already. Invite them to a role instead, on the page of people."))
    return services.person_create(actor=actor, email=new["email"], name=name, language=new["language"], is_active=new["state"] == "open",
                                  scope_path=_place(codes[0]).path if codes else "")


def _changed(change: Change, actor: Any, name: dict[str, str]) -> User:
    new = change.new
    if {"email", "language", *(f"name_{one}" for one in LANGUAGES)} & set(change.fields):
        services.person_edit(actor=actor, person_id=int(change.id), name=name, email=new["email"], language=new["language"],
                             edit_version=None, reason=_reason())
    return User.objects.get(pk=int(change.id))


def _place(code: str) -> Organisation:
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise _refused("roles", _("There is no organisation with the code “%(code)s”.") % {"code": code[:40]})
    return found


def _role(user: User, key: tuple[str, str]) -> RoleAssignment:
    return RoleAssignment.objects.get(user=user, role=key[0], organisation__code=key[1])


def _reason() -> str:
    return _("Brought in from a file.")


def _refused(column: str, sentence: str) -> DomainError:
    return DomainError("row_refused", sentence, fields={column: [sentence]})


PEOPLE: Final = register(Exchange("people", gettext_lazy("People and roles"), COLUMNS, "person.view", "person.edit", rows, apply, lock,
                                  gettext_lazy("Who signs in, and which roles they hold at which organisation.")))
