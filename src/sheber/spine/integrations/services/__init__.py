"""Making and ending tokens, keeping answers, managing webhooks and sending their messages."""

from .kept import Begun, ClaimLostError, answer_keep, answer_release, answers_prune, deliveries_prune, request_begin
from .outbox import deliveries_replay, delivery_replay, events_note, webhook_try
from .sending import deliver_due
from .tokens import ActiveToken, closings_note, token_find, token_leaked, token_make, token_revoke, token_seen, tokens_end
from .webhooks import Made, secret_replace, url_fault, webhook_change, webhook_make, webhook_remove, webhook_switch

__all__ = ["ActiveToken", "Begun", "ClaimLostError", "Made", "answer_keep", "answer_release", "answers_prune", "closings_note",
           "deliver_due", "deliveries_prune", "deliveries_replay", "delivery_replay", "events_note", "request_begin", "secret_replace",
           "token_find", "token_leaked", "token_make", "token_revoke", "token_seen", "tokens_end", "url_fault", "webhook_change",
           "webhook_make", "webhook_remove", "webhook_switch", "webhook_try"]
