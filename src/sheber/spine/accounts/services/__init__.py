"""Attempts to sign in, passwords, the second step, accounts at providers, sessions. Each write is a transaction with its audit entry."""

from .attempts import attempt_begin, attempt_failed, attempt_succeeded, failures_watch, letter_is_due
from .identities import identities_end, identity_accept, identity_link, identity_person, identity_unlink
from .passwords import password_change, password_reset, person_of_link, reset_letter_send
from .second import (
    person_prove,
    recovery_codes_renew,
    second_step_pass,
    second_step_reset,
    second_step_start,
    second_step_stop,
)
from .sessions import (
    PASSED,
    forget_old,
    session_begin,
    session_end,
    session_is_due,
    session_is_over,
    session_left,
    session_moved,
    session_seen,
)

__all__ = ["PASSED", "attempt_begin", "attempt_failed", "attempt_succeeded", "failures_watch", "forget_old", "identities_end",
           "identity_accept", "identity_link", "identity_person", "identity_unlink", "letter_is_due", "password_change", "password_reset",
           "person_of_link", "person_prove", "recovery_codes_renew", "reset_letter_send", "second_step_pass", "second_step_reset",
           "second_step_start", "second_step_stop", "session_begin", "session_end", "session_is_due", "session_is_over", "session_left",
           "session_moved", "session_seen"]
