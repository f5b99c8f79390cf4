"""Whether the providers of single sign-on answer: asked by an operator, never by a page."""

from collections.abc import Sequence

from django.conf import settings
from requests import RequestException

from sheber.kit import outside
from sheber.kit.outside import Asked

from ..provider_client import ProviderGoneError, _asked
from ..rules.providers import Provider


def register() -> None:
    outside.register("single_sign_on", ask_providers)


def ask_providers() -> Sequence[Asked]:
    """What each says about itself, and its keys, read anew."""
    return [Asked(provider.key, _fault(provider)) for provider in settings.OIDC_PROVIDERS]


def _fault(provider: Provider) -> str:
    try:
        keys = _asked(provider).fetch_jwk_set(force=True)
    except ProviderGoneError as gone:
        return str(gone)
    except (RequestException, ValueError, RuntimeError) as wrong:
        return f"{provider.key}: its keys: {wrong.__class__.__name__}: {wrong}"
    return "" if isinstance(keys, dict) and keys.get("keys") else f"{provider.key}: shows no keys"
