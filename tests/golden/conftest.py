"""Sentences in a language of choice."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.utils import translation


@pytest.fixture
def in_language() -> Callable[[str], AbstractContextManager[None]]:
    return translation.override
