"""The checklist says what is so: every test it names exists, every number stands once, and its counts are right."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "reference" / "security-checklist.md").read_text("utf-8")


def rows() -> list[tuple[list[str], str]]:
    """``(numbers, answer)`` of each line, ranges written out."""
    found = []
    for line in TEXT.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and cells[0][0].isdigit() and len(cells) == 4:
            numbers = []
            for part in cells[0].split(", "):
                first, _, last = part.partition("–")
                stem, begin = first.rsplit(".", 1)
                numbers += [f"{stem}.{one}" for one in range(int(begin), int((last or first).rsplit(".", 1)[1]) + 1)]
            found.append((numbers, cells[2]))
    return found


def test_every_test_named_exists():
    named = set(re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT))
    assert len(named) > 30
    folders = (ROOT, ROOT / "src" / "sheber", ROOT / "src" / "sheber" / "spine")
    wrong = []
    for path, name in sorted(named):
        files = [folder / path for folder in folders if (folder / path).is_file()]
        if not any(re.search(rf"^\s*def {name}\(", file.read_text("utf-8"), re.M) for file in files):
            wrong.append(f"{path}::{name}")
    assert wrong == []


def test_every_number_stands_once_and_the_counts_are_right():
    numbers = [number for group, _answer in rows() for number in group]
    assert sorted({number for number in numbers if numbers.count(number) > 1}) == []
    assert {number.split(".")[0] for number in numbers} == {str(chapter) for chapter in range(1, 15)}
    counts = {sign: sum(len(group) for group, answer in rows() if answer == sign) for sign in ("Yes", "No", "—")}
    assert sum(counts.values()) == len(numbers)
    assert f"Met {counts['Yes']}, not met {counts['No']}, does not apply {counts['—']}." in TEXT
