"""The second step at sign-in: a code of an app, or a recovery code. A code is taken once, however many send it at the same moment."""

import time
from typing import Literal

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sheber.kit.errors import DomainError
from sheber.spine.audit import services as audit
from sheber.spine.notices.services import notify
from sheber.spine.people.models import User
from sheber.spine.people.queries.people import home_paths
from sheber.spine.people.services.guards import masters

from ..models import RecoveryCode, SecondStep
from ..rules import recovery, totp
from ..rules.sealing import seal, unseal

Proof = Literal["code", "recovery_code", "password"]


@transaction.atomic
def second_step_start(*, person_id: int, secret: bytes, code: str) -> tuple[User, list[str]]:
    """Set up a second step with a first code that proves the app has the secret; returns the recovery codes, which are told this once.

    Every other session ends. Raises ``DomainError``: ``second_step_already``, ``code_wrong``.
    """
    user = User.objects.select_for_update().get(pk=person_id)
    if SecondStep.objects.filter(pk=user.pk).exists():
        raise DomainError("second_step_already", _("The second step is set up already."))
    step = totp.step_of(secret, code, now_s=time.time(), after=-1)
    if step is None:
        raise _wrong("code", _("This code does not fit. Wait for the next one, and look whether the clock of the telephone is right."))
    SecondStep.objects.create(person=user, sealed=seal(secret), last_step=step)
    codes = _codes_make(user)
    _end_sessions(user)
    audit.record(actor=user, verb="person.second_step_started", target=user, after={"person": user.name}, scope_path=_place(user))
    notify(user, "account.second_step_started")
    return user, codes


@transaction.atomic
def second_step_pass(*, person_id: int, text: str) -> Proof:
    """Take a code of the app or a recovery code. Raises ``DomainError("code_wrong")``: also for one that was taken before."""
    user = User.objects.get(pk=person_id)
    taken = _take(user, text)
    if taken is None:
        raise _wrong("code", _("This code does not fit, or it was used already."), repeated=_was_taken(user, text))
    return taken


@transaction.atomic
def second_step_stop(*, person_id: int, proof: str) -> User:
    """Turn it off; every other session ends. Raises ``DomainError``: ``second_step_missing``, ``proof_wrong``."""
    user = _proved(person_id, proof)
    _forget(user)
    _end_sessions(user)
    audit.record(actor=user, verb="person.second_step_stopped", target=user, after={"person": user.name}, scope_path=_place(user))
    notify(user, "account.second_step_stopped")
    return user


@transaction.atomic
def recovery_codes_renew(*, person_id: int, proof: str) -> list[str]:
    """New recovery codes; the earlier ones open nothing. Raises ``DomainError``: ``second_step_missing``, ``proof_wrong``."""
    user = _proved(person_id, proof)
    codes = _codes_make(user)
    audit.record(actor=user, verb="person.recovery_codes_renewed", target=user, after={"person": user.name}, scope_path=_place(user))
    notify(user, "account.recovery_codes_renewed")
    return codes


@transaction.atomic
def person_prove(*, person_id: int, proof: str) -> None:
    """By the password or, where a second step is set up, a code. Raises ``DomainError("proof_wrong")``."""
    user = User.objects.select_for_update().get(pk=person_id)
    if _take(user, proof) is None and not (settings.PASSWORD_SIGN_IN and user.check_password(proof)):
        raise _not_proved(repeated=_was_taken(user, proof))


@transaction.atomic
def second_step_reset(*, actor: audit.Actor, person_id: int, reason: str) -> None:
    """Take away the second step of somebody who lost app and codes; every session of theirs ends. ``None`` is the command line.

    Raises ``DomainError``: ``reason_missing``, ``person_above_you``, ``person_yourself``, ``second_step_missing``.
    """
    if not reason.strip():
        raise DomainError("reason_missing", _("Say why."), fields={"reason": [_("Say why.")]})
    user = User.objects.select_for_update().get(pk=person_id)
    masters(actor, user)
    if actor is not None and actor.pk == user.pk:
        raise DomainError("person_yourself", _("Your own second step you turn off on the page of your account."))
    if not SecondStep.objects.filter(pk=user.pk).exists():
        raise _missing()
    _forget(user)
    _end_sessions(user)
    audit.record(actor=actor, verb="person.second_step_reset", target=user, after={"person": user.name}, reason=reason,
                 scope_path=_place(user))
    notify(user, "account.second_step_stopped")


def _proved(person_id: int, proof: str) -> User:
    user = User.objects.select_for_update().get(pk=person_id)
    if not SecondStep.objects.filter(pk=user.pk).exists():
        raise _missing()
    if _take(user, proof) is None and not user.check_password(proof):
        raise _not_proved(repeated=_was_taken(user, proof))
    return user


def _take(user: User, text: str) -> Proof | None:
    """The conditional updates decide: of two who send the same code, one changes a row."""
    row = SecondStep.objects.filter(pk=user.pk).first()
    secret = unseal(row.sealed) if row is not None else None
    if row is None:
        return None
    now_s = time.time()
    after = totp.last_taken(row.last_step, now_s=now_s)
    step = totp.step_of(secret, text, now_s=now_s, after=after) if secret is not None else None
    if step is not None and SecondStep.objects.filter(pk=user.pk, last_step=row.last_step).update(last_step=step):
        return "code"
    hashes = recovery.hashes_of(text, user.pk)
    if RecoveryCode.objects.filter(person=user, hash__in=hashes, used_at=None).update(used_at=timezone.now()):
        audit.record(actor=user, verb="person.recovery_code_used", target=user, after={"person": user.name}, scope_path=_place(user))
        notify(user, "account.recovery_code_used")
        return "recovery_code"
    return None


def _codes_make(user: User) -> list[str]:
    codes = recovery.new_codes()
    RecoveryCode.objects.filter(person=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(person=user, hash=recovery.hashes_of(code, user.pk)[0]) for code in codes])
    return codes


def _forget(user: User) -> None:
    SecondStep.objects.filter(pk=user.pk).delete()
    RecoveryCode.objects.filter(person=user).delete()


def _end_sessions(user: User) -> None:
    user.session_epoch += 1
    user.save(update_fields=["session_epoch"])


def _place(user: User) -> str:
    return next(iter(home_paths(user.pk)), "")


def _was_taken(user: User, text: str) -> bool:
    """Whether it is a right code that was used before: somebody has seen it, or sends again what they overheard."""
    row = SecondStep.objects.filter(pk=user.pk).first()
    secret = unseal(row.sealed) if row is not None else None
    if row is None:
        return False
    step = totp.step_of(secret, text, now_s=time.time(), after=-1) if secret is not None else None
    return (step is not None and step <= row.last_step) or RecoveryCode.objects.filter(
        person=user, hash__in=recovery.hashes_of(text, user.pk), used_at__isnull=False).exists()


def _wrong(field: str, sentence: str, *, repeated: bool = False) -> DomainError:
    return DomainError("code_wrong", sentence, fields={field: [sentence]}, repeated=repeated)


def _not_proved(*, repeated: bool) -> DomainError:
    return DomainError("proof_wrong", _("This is neither your password nor a code that still works."), repeated=repeated,
                       fields={"proof": [_("This is neither your password nor a code that still works.")]})


def _missing() -> DomainError:
    return DomainError("second_step_missing", _("No second step is set up."))
