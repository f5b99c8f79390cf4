"""Reading tokens, webhooks and what was sent; rows as values."""

from .tokens import TokenRow, token_rows
from .webhooks import (
    AttemptRow,
    DeliveryDetail,
    DeliveryRow,
    WebhookRow,
    delivery_detail,
    delivery_part,
    delivery_path,
    webhook,
    webhook_path,
    webhook_rows,
)

__all__ = ["AttemptRow", "DeliveryDetail", "DeliveryRow", "TokenRow", "WebhookRow", "delivery_detail", "delivery_part", "delivery_path",
           "token_rows", "webhook", "webhook_path", "webhook_rows"]
