"""Tokens and webhooks over the API."""

from . import tokens, webhooks

routers = (tokens.router, webhooks.router)
