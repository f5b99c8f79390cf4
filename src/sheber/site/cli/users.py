"""``sheber users``: create people, set passwords, give roles. A password is asked for, never written on the command line."""

import argparse
import datetime as dt
import getpass
import sys
from typing import Any

from .language import gettext as _
from .language import ngettext
from .output import FINE, BadInputError, Column, add_output_options, emit
from .setup import django_setup


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("users", help=_("Create users and give them roles."))
    actions = parser.add_subparsers(dest="action", required=True, metavar=_("ACTION"))
    create = actions.add_parser("create", help=_("add a person and ask for a password"))
    create.add_argument("email", help=_("e-mail address"))
    create.add_argument("--name", required=True, help=_("name as it is shown"))
    create.add_argument("--no-password", action="store_true", help=_("nobody can sign in yet"))
    password = actions.add_parser("set-password", help=_("ask for a password and set it"))
    password.add_argument("email", help=_("e-mail address"))
    grant = actions.add_parser("grant", help=_("give a role at an organisation"))
    grant.add_argument("email", help=_("e-mail address"))
    grant.add_argument("role", help=_("code of the role, such as programme_director"))
    grant.add_argument("organisation", help=_("code of the organisation"))
    grant.add_argument("--from", dest="starts_on", type=_day, help=_("first day, YYYY-MM-DD"))
    grant.add_argument("--to", dest="ends_on", type=_day, help=_("last day, YYYY-MM-DD"))
    invite = actions.add_parser("invite", help=_("invite a person by e-mail to a role"))
    invite.add_argument("email", help=_("e-mail address"))
    invite.add_argument("role", help=_("code of the role, such as programme_director"))
    invite.add_argument("organisation", help=_("code of the organisation"))
    invite.add_argument("--name", default="", help=_("name as it is shown"))
    invite.add_argument("--from", dest="starts_on", type=_day, help=_("first day, YYYY-MM-DD"))
    invite.add_argument("--to", dest="ends_on", type=_day, help=_("last day, YYYY-MM-DD"))
    invite.add_argument("--address", default="", help=_("address under which people reach this installation (default: SHEBER_URL)"))
    second = actions.add_parser("reset-second-step", help=_("take away the second step of somebody who lost it"))
    second.add_argument("email", help=_("e-mail address"))
    second.add_argument("--reason", required=True, help=_("why; kept in the history"))
    erase = actions.add_parser("erase", help=_("erase a person for good; evidence stays without a name"))
    erase.add_argument("email", help=_("e-mail address"))
    erase.add_argument("--reason", required=True, help=_("why; kept without the names of the person"))
    roles = actions.add_parser("roles", help=_("show the roles a person holds"))
    roles.add_argument("email", help=_("e-mail address"))
    add_output_options(roles)


def run(args: argparse.Namespace) -> int:
    django_setup()
    from django.core.exceptions import ValidationError

    try:
        return {"create": _create, "set-password": _set_password, "grant": _grant, "invite": _invite,
                "reset-second-step": _reset_second_step, "erase": _erase, "roles": _roles}[args.action](args)
    except ValidationError as wrong:
        raise BadInputError(" ".join(wrong.messages)) from wrong


def _create(args: argparse.Namespace) -> int:
    from sheber.spine.people import queries, services

    if queries.by_email(args.email):
        raise BadInputError(_("Somebody has the e-mail address %(email)s already.") % {"email": args.email})
    password = None if args.no_password else _ask()
    name = dict.fromkeys(("kk", "ru", "en"), args.name)
    person = services.person_create(actor=None, email=args.email, name=name, password=password)
    print(_("%(email)s was added. They hold no role yet: sheber users grant …") % {"email": person.email})
    return FINE


def _set_password(args: argparse.Namespace) -> int:
    from sheber.spine.people import services

    services.password_set(actor=None, person_id=_person(args.email).id, password=_ask())
    print(_("The password of %(email)s was set.") % {"email": args.email})
    return FINE


def _reset_second_step(args: argparse.Namespace) -> int:
    from sheber.kit.errors import DomainError
    from sheber.spine.accounts import services

    try:
        services.second_step_reset(actor=None, person_id=_person(args.email).id, reason=args.reason)
    except DomainError as no:
        raise BadInputError(str(no.message)) from no
    print(_("The second step of %(email)s was taken away. They sign in with the password and set up another one.") % {"email": args.email})
    return FINE


def _erase(args: argparse.Namespace) -> int:
    from sheber.kit.errors import DomainError
    from sheber.spine.privacy import services

    try:
        done = services.person_erase(actor=None, person_id=_person(args.email).id, reason=args.reason)
    except DomainError as no:
        raise BadInputError(str(no.message)) from no
    print(ngettext("The person is erased. %(n)s entry of the record of changes lost what it told of them.",
                   "The person is erased. %(n)s entries of the record of changes lost what they told of them.",
                   done.entries) % {"n": done.entries})
    return FINE


def _grant(args: argparse.Namespace) -> int:
    from sheber.spine.organisations import queries as organisations
    from sheber.spine.people import services

    place = organisations.by_code(args.organisation)
    if place is None:
        raise BadInputError(_("There is no organisation with the code %(code)s.") % {"code": args.organisation})
    services.role_grant(actor=None, person_id=_person(args.email).id, role=args.role, organisation_id=place.id, starts_on=args.starts_on,
                        ends_on=args.ends_on)
    print(_("%(email)s holds the role %(role)s at %(place)s.") % {"email": args.email, "role": args.role, "place": place.name})
    return FINE


def _invite(args: argparse.Namespace) -> int:
    from django.conf import settings

    from sheber.kit.errors import DomainError
    from sheber.spine.organisations import queries as organisations
    from sheber.spine.people import services

    place = organisations.by_code(args.organisation)
    if place is None:
        raise BadInputError(_("There is no organisation with the code %(code)s.") % {"code": args.organisation})
    address = f"{(args.address or settings.PUBLIC_URL).rstrip('/')}/people/invitation/"
    name = dict.fromkeys(("kk", "ru", "en"), args.name) if args.name else {}
    try:
        sent = services.invitations_create(actor=None, guests=[services.Guest(args.email, name)], role=args.role,
                                           organisation_id=place.id, starts_on=args.starts_on, ends_on=args.ends_on, address=address)
    except DomainError as no:
        raise BadInputError(" ".join(line["sentence"] for line in no.detail.get("lines", ())) or str(no.message)) from no
    if services.mail_is_sent():
        print(_("%(email)s was invited; the letter is on its way.") % {"email": args.email})
    else:
        print(_("%(email)s was invited. No mail server is set up: hand over this link, which works once.") % {"email": args.email})
        print(f"{address}{sent[0].token}/")
    return FINE


def _roles(args: argparse.Namespace) -> int:
    from sheber.spine.people import queries

    rows = [{"role": role.role, "organisation": role.place, "starts_on": role.starts_on, "ends_on": role.ends_on,
             "current": role.is_current} for role in queries.roles_of(_person(args.email).id)]
    emit(args, rows=rows, columns=(
        Column("role", _("Role")), Column("organisation", _("Organisation")), Column("starts_on", _("From")), Column("ends_on", _("To")),
        Column("current", _("Held now"), show=lambda held: _("yes") if held else _("no"))))
    return FINE


def _person(email: str) -> Any:
    from sheber.spine.people import queries

    person = queries.by_email(email)
    if person is None:
        raise BadInputError(_("There is no person with the e-mail address %(email)s.") % {"email": email})
    return person


def _ask() -> str:
    """Ask twice on a terminal; otherwise read one line, so that a script can pipe it in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass(_("Password: "))
    if password != getpass.getpass(_("The same password again: ")):
        raise BadInputError(_("The two passwords differ."))
    return password


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
