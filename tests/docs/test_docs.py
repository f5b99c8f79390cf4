"""The documentation says what is so: links lead somewhere, and tables agree with the code."""

import re
from pathlib import Path

import pytest

from sheber.site.cli import COMMANDS
from sheber.spine.people.roles import PERMISSIONS, ROLE_GRANTS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.S)
    targets = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("folder", sorted(path for path in (ROOT / "docs").iterdir() if path.is_dir() and path.name != "screenshots"),
                         ids=lambda folder: folder.name)
def test_every_page_stands_in_the_index_of_its_folder(folder):
    index = (folder / "README.md").read_text("utf-8")
    assert [page.name for page in folder.glob("*.md") if page.name != "README.md" and f"({page.name})" not in index] == []


def test_every_command_is_described():
    text = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    assert [command.name for command in COMMANDS if not re.search(rf"^\| `{command.name}\b", text, re.M)] == []


def test_table_of_permissions_is_that_of_the_code():
    text = (ROOT / "docs" / "reference" / "permissions.md").read_text("utf-8")
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    head, written = rows[0][1:], {row[0]: row[1:] for row in rows[2:]}
    assert tuple(head) == PERMISSIONS
    held = {role: [("●" if name in grants.at_node else "") + ("○" if name in grants.nation_wide else "") for name in PERMISSIONS]
            for role, grants in ROLE_GRANTS.items()}
    assert written == held


def test_variables_read_are_described():
    read = set()
    for path in [ROOT / "bootstrap.py", *(ROOT / "src").rglob("*.py"), *(ROOT / "tools").glob("*.py")]:
        read |= set(re.findall(r"""environ(?:\.get\(|\[)["'](SHEBER_[A-Z_]+|PORT|CHROMIUM)["']""", path.read_text("utf-8")))
    text = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    assert sorted(name for name in read if f"`{name}`" not in text) == []
