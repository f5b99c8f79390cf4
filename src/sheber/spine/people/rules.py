"""What may be granted and until when, on plain values; no database, no request."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Final, Literal

from sheber.kit.access import NATIONAL, covered

from .roles import ROLE_GRANTS

LIMITED: Final = frozenset({"external_reviewer", "supervisor", "enterprise_engineer"})
"""Roles of people who come for a time: they state a last day, at most ``LIMITED_DAYS`` after the first."""
LIMITED_DAYS: Final = 366
INVITATION_DAYS: Final = 14

DateFault = Literal["backwards", "end_missing", "end_too_late"]


def missing_permissions(role: str, path: str, held: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Permissions of the role at the node that somebody who holds ``held`` (permission to paths) does not hold there; in order.

    What a role permits in the whole nation has to be held in the whole nation: nobody gives more than they have.
    """
    grants = ROLE_GRANTS[role]
    lacking = {one for one in grants.at_node if not covered(path, held.get(one, ()))}
    lacking |= {one for one in grants.nation_wide if not covered(NATIONAL, held.get(one, ()))}
    return tuple(sorted(lacking))


def looks_beyond(role: str, path: str, held: Mapping[str, Iterable[str]]) -> bool:
    """Whether all that is missing to give the role is what it permits in the whole nation: at the node itself nothing is missing."""
    grants = ROLE_GRANTS[role]
    lacking = set(missing_permissions(role, path, held))
    return bool(lacking) and all(one in grants.nation_wide and covered(path, held.get(one, ())) for one in lacking)


def may_grant(role: str, path: str, held: Mapping[str, Iterable[str]]) -> bool:
    """Whether somebody who holds ``held`` may give the role at the node, change its dates, or take it back."""
    return covered(path, held.get("role.grant", ())) and not missing_permissions(role, path, held)


def date_fault(role: str, starts_on: dt.date | None, ends_on: dt.date | None, today: dt.date) -> DateFault | None:
    """What is wrong with the days of a role."""
    if starts_on and ends_on and ends_on < starts_on:
        return "backwards"
    if role not in LIMITED:
        return None
    if ends_on is None:
        return "end_missing"
    return "end_too_late" if (ends_on - (starts_on or today)).days > LIMITED_DAYS else None


def erased_name(number: int) -> dict[str, str]:
    """What stands where the name of an erased person stood: stored, and so in every language at once."""
    return {"kk": f"Жойылған адам {number}", "ru": f"Удалённый человек {number}", "en": f"Erased person {number}"}


def erased_email(number: int) -> str:
    """An address that cannot exist (RFC 2606)."""
    return f"erased-{number}@erased.invalid"


def is_erased(email: str) -> bool:
    """Whether an account with this address is that of an erased person."""
    return email.endswith("@erased.invalid")
