"""Attempts to sign in, and passwords changed or forgotten. Each write is one transaction with its audit entry."""

from .attempts import attempt_begin, attempt_failed, attempt_succeeded, letter_is_due
from .passwords import password_change, password_reset, person_of_link, reset_letter_send

__all__ = ["attempt_begin", "attempt_failed", "attempt_succeeded", "letter_is_due", "password_change", "password_reset",
           "person_of_link", "reset_letter_send"]
