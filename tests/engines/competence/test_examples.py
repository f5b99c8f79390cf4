"""The examples in the docstrings say what happens."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize("name", ["attainment", "demand", "gap", "planned"])
def test_docstring_examples(name: str) -> None:
    module = importlib.import_module(f"sheber.engines.competence.{name}")
    result = doctest.testmod(module)
    assert result.failed == 0
    assert result.attempted > 0
