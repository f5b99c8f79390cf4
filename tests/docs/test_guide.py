"""What the pages tell an operator to type exists: commands and their options, variables, names in unit files and in blocks of nginx.

Nothing is run here. That the whole guide leads where it says was tried by hand on an empty machine; these tests keep its words true.
"""

import argparse
import configparser
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from sheber.site.cli import COMMANDS, _parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path for folder in ("how-to", "tutorials") for path in (ROOT / "docs" / folder).glob("*.md"))
BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)
PLACEHOLDER = {"HOST.UNIVERSITY.EXAMPLE": "sheber.university.example", "…": "", "ISSUER": "https://login.university.example"}
OPTIONS_OF_SYSTEMD = {
    "Unit": {"Description", "After", "Wants", "Requires"},
    "Service": {"User", "UMask", "WorkingDirectory", "EnvironmentFile", "Environment", "ExecStart", "Restart", "TimeoutStartSec",
                "NoNewPrivileges", "ProtectSystem", "PrivateTmp", "Type"},
    "Install": {"WantedBy"}, "Timer": {"OnCalendar", "Persistent"}}


def blocks(*kinds):
    """Page, kind and text of every fenced block of these kinds, its indentation taken away."""
    found = []
    for page in PAGES:
        for number, block in enumerate(BLOCK.finditer(page.read_text("utf-8"))):
            if block["kind"] in kinds:
                text = "".join(line.removeprefix(block["indent"]) for line in block["text"].splitlines(keepends=True))
                found.append(pytest.param(page, text, id=f"{page.stem}-{number}"))
    return found


def typed(text):
    """Lines of a shell block as words, continued lines joined, comments and what is set in front left out."""
    for line in text.replace("\\\n", " ").splitlines():
        for part in re.split(r"&&|\|\|?|;", line.split("  #")[0]):
            try:
                words = shlex.split(part, comments=True)
            except ValueError:                          # part of a longer quotation
                continue
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                words = words[1:]
            if words[:2] == ["runuser", "-u"]:
                words = words[4:]
            if words:
                yield words


def sheber_commands():
    """Every ``sheber …`` of the pages: in blocks, and between backticks in a sentence."""
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        lines = [" ".join(words[1:]) for block in BLOCK.finditer(text) if block["kind"] in {"sh", "ini"}
                 for words in typed(block["text"] if block["kind"] == "sh" else
                                    "\n".join(re.findall(r"^ *ExecStart=(.*)", block["text"], re.M)))
                 if words[0].rsplit("/", 1)[-1] == "sheber"]
        lines += [one for inline in re.findall(r"`([^`\n]+)`", BLOCK.sub("", text)) for words in typed(inline)
                  if words[0].rsplit("/", 1)[-1] == "sheber" for one in [" ".join(words[1:])]]
        found += [(page, line) for line in dict.fromkeys(lines) if line and "…" not in line]
    return found


def parser_of(words):
    """The parser of the innermost command named by ``words``, and how many words name it."""
    command = next((one for one in COMMANDS if one.name == words[0]), None)
    if command is None:
        return None, 0
    parser, depth = _parser(command), 0
    while depth < len(words):
        inner = next((one for one in parser._actions if isinstance(one, argparse._SubParsersAction)), None)
        if inner is None or words[depth] not in inner.choices:
            break
        parser, depth = inner.choices[words[depth]], depth + 1
    return parser, depth


@pytest.mark.parametrize(("page", "line"), [pytest.param(page, line, id=f"{page.stem}: {line}") for page, line in sheber_commands()])
def test_commands_and_options_exist(page, line):
    words = line.split()
    parser, depth = parser_of(words)
    assert parser is not None, f"{page.name}: there is no command “{words[0]}”"
    needs = any(isinstance(one, argparse._SubParsersAction) for one in parser._actions)
    assert not needs or depth == len(words), f"{page.name}: “{words[0]}” has no “{' '.join(words[depth:depth + 1])}”"
    if words[0] != "django":
        known = {option for one in parser._actions for option in one.option_strings}
        unknown = [word for word in words[depth:] if word.startswith("--") and word.split("=")[0] not in known]
        assert unknown == [], f"{page.name}: sheber {line}"


def test_the_pages_name_commands():
    assert len(sheber_commands()) > 25


def test_variables_that_are_named_are_read():
    read = set()
    for path in [ROOT / "bootstrap.py", *(ROOT / "src").rglob("*.py"), *(ROOT / "tools").glob("*.py"), *(ROOT / "conftest.py",)]:
        read |= set(re.findall(r"""["'](SHEBER_[A-Z_]+)["']""", path.read_text("utf-8")))
    named = {(page.name, name) for page in [*PAGES, ROOT / "docs" / "reference" / "settings.md"]
             for name in re.findall(r"\bSHEBER_[A-Z_]+\b", page.read_text("utf-8"))}
    assert sorted((page, name) for page, name in named if name not in read) == []


@pytest.mark.parametrize(("page", "text"), blocks("sh"))
def test_shell_is_shell(page, text):
    """As ``sh`` reads it; words in capitals are left as they are."""
    done = subprocess.run(["sh", "-n"], input=text.replace("…", "x"), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{page.name}: {done.stderr}"


@pytest.mark.parametrize(("page", "text"), blocks("json"))
def test_json_is_json(page, text):
    json.loads(text)


@pytest.mark.parametrize(("page", "text"), blocks("ini"))
def test_unit_files_are_unit_files(page, text):
    """Sections and names that systemd knows; what is started exists in the checkout or is the installed command."""
    if not text.startswith("["):                        # a single line to be put into one
        text = f"[Service]\n{text}"
    read = configparser.ConfigParser(strict=True, interpolation=None, delimiters=("=",))
    read.optionxform = str
    read.read_string(text)
    for section in read.sections():
        assert section in OPTIONS_OF_SYSTEMD
        assert set(read[section]) <= OPTIONS_OF_SYSTEMD[section], f"{page.name} [{section}]"
    if read.has_option("Service", "ExecStart"):
        words = read["Service"]["ExecStart"].split()
        assert words[0].startswith("/")
        assert words[0] == "/opt/sheber/.venv/bin/sheber" or (words[0] == "/usr/bin/python3" and (ROOT / words[1]).exists())


@pytest.mark.parametrize(("page", "text"), blocks("nginx"))
def test_nginx_blocks_are_whole(page, text):
    """Each directive ends, braces pair, and every header on which the product relies is set; ``nginx -t`` where there is one."""
    bare = re.sub(r"#.*", "", text)
    depth = 0
    for token in re.findall(r"[{};]|[^{};]+", bare):
        depth += (token == "{") - (token == "}")
        assert depth >= 0, page.name
    assert depth == 0
    for line in filter(None, (one.strip() for one in bare.splitlines())):
        assert line.endswith((";", "{", "}")), f"{page.name}: {line}"
    if "proxy_pass" in bare and "server {" in bare:
        for header in ("Host $host", "X-Forwarded-For $proxy_add_x_forwarded_for", "X-Forwarded-Proto $scheme"):
            assert f"proxy_set_header {header};" in bare, f"{page.name}: {header}"
        assert "location = /metrics" in bare


def test_units_and_blocks_by_the_programs_that_read_them(tmp_path):
    """Where systemd and nginx are installed they read them too; elsewhere the tests above are all."""
    if shutil.which("systemd-analyze"):
        for number, case in enumerate(blocks("ini")):
            text = case.values[1]
            if text.startswith("[") and "[Service]" in text:
                path = tmp_path / f"sheber-{number}.service"
                path.write_text(re.sub(r"^(User|EnvironmentFile|WorkingDirectory)=.*\n", "", text, flags=re.M)
                                .replace("/opt/sheber/.venv/bin/sheber", "/bin/true").replace("/usr/bin/python3", "/bin/true"), "utf-8")
                done = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True, check=False)
                told = [line for line in done.stderr.splitlines() if path.name in line]
                assert told == [], text


def test_limits_of_the_guide_are_those_of_the_code():
    from sheber.spine.operation.rules.limits import DEFAULTS

    text = (ROOT / "docs" / "how-to" / "operate.md").read_text("utf-8")
    said = re.search(r"SHEBER_LIMITS=([a-z_=0-9,]+)", text)
    assert said is not None
    assert dict(part.split("=") for part in said[1].split(",")) == {name: str(value) for name, value in DEFAULTS.items()}
