"""Kinds of work for tests."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sheber.spine.jobs import registry


@pytest.fixture
def kind() -> Iterator[Callable[..., str]]:
    """``kind(run, "test.work", exclusive=True)`` states a kind for the time of the test and gives back its name."""
    stated = []

    def state(run: registry.Handle, name: str = "test.work", **options: Any) -> str:
        registry.handler(name, **{"title": "Test work", **options})(run)
        stated.append(name)
        return name

    yield state
    for name in stated:
        registry.forget(name)
