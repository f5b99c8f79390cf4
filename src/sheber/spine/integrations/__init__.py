"""How other programs come in and are told: scoped tokens, repeated requests, webhooks."""
