"""Everything the project checks about itself, in one run: ``python3 bootstrap.py test`` (``make test``).

    static      ruff, mypy, bandit, deptry, djlint
    sqlite      pytest on SQLite, without a browser
    postgres    pytest on PostgreSQL: the same tests that touch the database
    browser     pytest with a real Chromium against a real server

A stage that cannot run here says why; with SHEBER_REQUIRE_ALL=1 (the build) it fails instead. The last line is a summary in
pytest's form, with the counts of all runs together; a failed static check counts as an error in it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.chromium import find_chromium  # noqa: E402  the folder above must be importable first
from tools.postgres import PostgresMissingError, postgres_url  # noqa: E402

BIN = Path(sys.executable).parent
REQUIRE_ALL = os.environ.get("SHEBER_REQUIRE_ALL") == "1"
STATIC = {
    "ruff": ["ruff", "check", "."],
    "mypy": ["mypy"],
    "mypy (tools)": ["mypy", "--explicit-package-bases", "bootstrap.py", "tools", "benchmarks/run.py"],
    "bandit": ["bandit", "-q", "-c", "pyproject.toml", "-r", "src", "-ll"],
    "sbom": ["sheber", "sbom", os.devnull],
    "deptry": ["deptry", "src"],
    "djlint": ["djlint", "--lint", "--quiet", "src"],
}
# What touches no database was run on SQLite, and is the same on PostgreSQL; tests/tools/test_test_run.py holds the list to that.
NO_DATABASE = (
    *(f"tests/{name}" for name in ("engines", "architecture", "tools", "data", "docs", "load_tool", "golden/test_planted_defects.py")),
    *(f"src/sheber/kit/tests/test_{name}.py" for name in ("charts", "exchange", "exports", "folding", "formats", "gapbars", "large_exports",
                                                           "letters", "tables", "words")),
    *(f"src/sheber/apps/programmes/tests/test_{name}.py" for name in ("checks", "reading", "reading_laws", "shortest_way")),
)
STAGES = ("static", "sqlite", "postgres", "browser")
IN_PARALLEL = ["-m", "not browser", "--dist", "loadfile", "-n"]
ORDER = ("failed", "passed", "skipped", "xfailed", "xpassed", "warnings", "errors")


def main() -> int:
    parser = argparse.ArgumentParser(description="Run the project's own checks and tests.")
    parser.add_argument("--only", choices=STAGES, action="append", help="run this stage alone (may be repeated)")
    parser.add_argument("--workers", default="2", help="pytest processes on SQLite and PostgreSQL (default: 2)")
    args, pytest_arguments = parser.parse_known_args()
    begun, counts, status = time.monotonic(), Counter[str](), 0
    # A fresh checkout has no compiled catalogues, and without them every page speaks English.
    subprocess.run([sys.executable, "-m", "sheber", "catalogues", "compile"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for stage in args.only or STAGES:
        print(f"\n=== {stage} ===", flush=True)
        code = {"static": static, "sqlite": sqlite, "postgres": postgres, "browser": browser}[stage](counts, args.workers, pytest_arguments)
        status = status or code
    print(summary(counts, time.monotonic() - begun), flush=True)
    return status


def static(counts: Counter[str], _workers: str, _arguments: list[str]) -> int:
    status = 0
    for name, (program, *words) in STATIC.items():
        if name == "djlint" and not any((ROOT / "src").rglob("templates/**/*.html")):
            continue
        begun = time.monotonic()
        done = subprocess.run([str(BIN / program), *words], cwd=ROOT, check=False, capture_output=True, text=True)
        print(f"{name:14} {'ok' if done.returncode == 0 else 'FAILED'}  {time.monotonic() - begun:.1f} s", flush=True)
        if done.returncode:
            print(done.stdout + done.stderr, flush=True)
            counts["errors"] += 1
            status = 1
    return status


def sqlite(counts: Counter[str], workers: str, arguments: list[str]) -> int:
    return pytest(counts, [*IN_PARALLEL, workers, *arguments], {"SHEBER_DATABASE": ""})


def postgres(counts: Counter[str], workers: str, arguments: list[str]) -> int:
    try:
        with postgres_url() as url:
            without = [f"--ignore={path}" for path in NO_DATABASE]
            return pytest(counts, [*IN_PARALLEL, workers, *without, *arguments], {"SHEBER_DATABASE": url})
    except (PostgresMissingError, LookupError, OSError) as error:
        return missing(counts, f"PostgreSQL did not start, so its tests did not run: {error}")


def browser(counts: Counter[str], _workers: str, arguments: list[str]) -> int:
    if find_chromium() is None:
        return missing(counts, "Chromium was not found, so the browser tests did not run: install it (on Debian and Ubuntu: "
                               "apt install chromium) or name it with CHROMIUM=/path/to/chromium.")
    return pytest(counts, ["-m", "browser", *arguments], {"SHEBER_DATABASE": ""})


def missing(counts: Counter[str], sentence: str) -> int:
    print(f"{'FAILED' if REQUIRE_ALL else 'SKIPPED'}: {sentence}", flush=True)
    counts["errors" if REQUIRE_ALL else "skipped"] += 1
    return 1 if REQUIRE_ALL else 0


def pytest(counts: Counter[str], arguments: list[str], variables: dict[str, str]) -> int:
    """One run of pytest; its lines are passed on as they come, its last line is counted. Status 5 (nothing chosen) is fine."""
    env = {**os.environ, **{name: value for name, value in variables.items() if value}}
    for name, value in variables.items():
        if not value:
            env.pop(name, None)
    colour = "yes" if sys.stdout.isatty() else "no"
    last = ""
    with subprocess.Popen([sys.executable, "-m", "pytest", f"--color={colour}", *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE,
                          text=True, encoding="utf-8", errors="replace") as child:
        for line in child.stdout or ():
            print(line, end="", flush=True)
            last = line if line.strip() else last
    for number, word in re.findall(r"(\d+) ([a-z]+)", re.sub(r"\x1b\[[0-9;]*m", "", last).rsplit(" in ", 1)[0]):
        counts[{"error": "errors", "warning": "warnings"}.get(word, word)] += int(number)
    return 0 if child.returncode == 5 else child.returncode


def summary(counts: Counter[str], seconds: float) -> str:
    words = [f"{counts[word]} {word if counts[word] != 1 else word.removesuffix('s')}" for word in ORDER if counts[word]]
    hours, minutes = divmod(int(seconds) // 60, 60)
    text = f" {', '.join(words) or 'no tests ran'} in {seconds:.2f}s ({hours}:{minutes:02}:{int(seconds) % 60:02}) "
    return text.center(100, "=")


if __name__ == "__main__":
    sys.exit(main())
