"""The data travel with the package: what a checkout has, a wheel has."""

import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_a_wheel_carries_every_data_file(tmp_path):
    wheel = pytest.importorskip("hatchling.builders.wheel", reason="the build backend is not installed")
    built = next(wheel.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))
    names = set(zipfile.ZipFile(built).namelist())
    data = {f"sheber/data/{path.relative_to(ROOT / 'src/sheber/data').as_posix()}" for path in (ROOT / "src/sheber/data").rglob("*")
            if path.is_file() and "__pycache__" not in path.parts}
    assert len(data) > 30
    assert data <= names
