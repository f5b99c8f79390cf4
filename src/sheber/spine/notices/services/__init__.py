"""Telling people, choosing how one is told, letters from writing to sending."""

from .choices import Ways, choices_set, unsubscribe, unsubscribe_read, ways_of
from .digests import digests_write
from .notifying import notice_read, notices_read_all, notify
from .outbox import letter_drop, letter_pretend, letter_retry, letter_write, letters_retry, letters_withdraw, mail_is_sent
from .sending import letters_send
from .tidying import forget_old

__all__ = ["Ways", "choices_set", "digests_write", "forget_old", "letter_drop", "letter_pretend", "letter_retry", "letter_write",
           "letters_retry", "letters_send", "letters_withdraw", "mail_is_sent", "notice_read", "notices_read_all", "notify", "unsubscribe",
           "unsubscribe_read", "ways_of"]
