"""What every committed file keeps to: length, no leftover print, nothing that names a machine or an index."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".txt", ".yaml", ".yml", ".cfg", ".ini", ".sh", ".json", ".csv", ".po", ".svg", ""}
LONGEST = 600
# Written in pieces, so that this file does not name them either.
FORBIDDEN = re.compile("|".join((
    "py" r"pi\.org", "python" r"hosted", r"registry\." "npm" "js", "files" r"\.python", r"/wo" r"rk/", r"/ro" r"ot/",
    r"(?<![\w.-])/ho" r"me/[a-z]+/",
    "--index" "-url", "--extra" "-index-url")))
INDEX_SETTINGS = {"bootstrap.py"}           # hands pip's own settings on to uv, by the names of the settings


def committed():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("this is not a git checkout, so there are no committed files to look at")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(name):
    path = ROOT / name
    if path.suffix not in TEXT or path.stat().st_size > 5_000_000:
        return None
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return None


def test_no_file_is_longer_than_a_reader_can_hold():
    long = {name: lines for name in committed() if name.endswith((".py", ".html", ".css", ".js"))
            and (lines := (text_of(name) or "").count("\n")) > LONGEST}
    assert long == {}


def test_the_product_prints_only_in_the_command_line():
    printing = []
    for name in committed():
        if name.startswith("src/") and name.endswith(".py") and not name.startswith("src/sheber/site/cli/"):
            printing += [f"{name}:{node.lineno}" for node in ast.walk(ast.parse(text_of(name))) if isinstance(node, ast.Call)
                         and isinstance(node.func, ast.Name) and node.func.id in {"print", "breakpoint"}]
    assert printing == []


def test_no_file_names_a_package_index_or_a_place_on_one_machine():
    named = []
    for name in committed():
        for number, line in enumerate((text_of(name) or "").splitlines(), 1):
            if FORBIDDEN.search(line) and name not in INDEX_SETTINGS:
                named.append(f"{name}:{number}: {line.strip()[:80]}")
    assert named == []


def test_locked_requirements_are_pinned_with_hashes_and_name_no_address():
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert {"core.txt", "dev.txt", "uv.txt"} <= {path.name for path in locks}
    for path in locks:
        text = path.read_text("utf-8").replace("\\\n", " ")
        for line in filter(None, (line.split(" #")[0].strip() for line in text.splitlines())):
            if line.startswith("#"):
                continue
            assert re.match(r"[A-Za-z0-9_.\[\]-]+==\S+", line), f"{path.name}: {line[:60]} is not pinned"
            assert "--hash=sha256:" in line, f"{path.name}: {line[:60]} has no hash"
            assert "://" not in line, f"{path.name}: {line[:60]} names an address"


def test_versions_agree_between_the_locks():
    def pins(name):
        return set(re.findall(r"^([a-z0-9-]+==\S+)", (ROOT / "requirements" / name).read_text("utf-8"), re.M))

    assert pins("core.txt") <= pins("dev.txt")
