"""Curriculum metrics against the published Python package, in one run: same input, same answers, processor seconds.

The peer runs in an environment of its own (``python3 bootstrap.py bench`` makes it); the product never imports it.
"""

import csv
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypedDict

import numpy as np

from sheber.engines.curriculum import CurriculumMetrics, curriculum_metrics, curriculum_metrics_many

HOUSE = Path(__file__).resolve().parents[1]
PEER_PYTHON = HOUSE / ".venv-bench" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PEER = Path(__file__).parent / "peers" / "curriculum.py"
REPEATS = 30
PLANS = 54 * 500


class Case(TypedDict):
    """A curriculum as an edge list; ``repeats`` is how often the peer is timed."""

    name: str
    n_courses: int
    requisite: list[int]
    course: list[int]
    repeats: int


class PeerAnswer(TypedDict):
    """What the peer says: figures of each course, and processor seconds with and without building its graph."""

    blocking_factor: list[int]
    delay_factor: list[int]
    centrality: list[int]
    metrics_second: float
    total_second: float


def main() -> None:
    """Print a table: courses, arcs, seconds of both sides, ratio. Ends with status 1 when any figure differs."""
    cases = [*_merged_catalogue(), _layered(60, 8, 2, 5), _layered(100, 10, 2, 3), _layered(100, 10, 3, 1)]
    answers = _ask_peer(cases)
    print("curriculum metrics, processor milliseconds, best of several; peer: curricularanalytics 0.2.0")
    print(f"{'case':26} {'courses':>7} {'arcs':>5} {'sheber':>9} {'peer':>10} {'ratio':>9} {'no build':>9}  equal")
    different = False
    for case, answer in zip(cases, answers, strict=True):
        n, first, second = case["n_courses"], np.array(case["requisite"]), np.array(case["course"])
        seconds = _best(partial(curriculum_metrics, n, first, second))
        equal = _same(curriculum_metrics(n, first, second), answer)
        different |= not equal
        print(
            f"{case['name']:26} {n:7} {first.size:5} {seconds * 1e3:9.3f} {answer['total_second'] * 1e3:10.2f} "
            f"{answer['total_second'] / seconds:8.0f}× {answer['metrics_second'] / seconds:8.0f}×  {'yes' if equal else 'NO'}"
        )
    print("Both from the edge list. no build: against the peer's three metrics alone, its courses and graph already made.")
    print("Ours includes checks, totals, complexity, order and longest path.")
    different |= not _batch()
    _large()
    if different:
        sys.exit(1)


def _merged_catalogue() -> list[Case]:
    path = Path(os.environ.get("SHEBER_DATA") or HOUSE.parent / "shared" / "data") / "curricula" / "ucsd" / "condensed.csv"
    if not path.exists():
        print(f"left out: the merged catalogue, {path.name} not found (set SHEBER_DATA)")
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    rows = rows[next(i for i, row in enumerate(rows) if row[0] == "Course ID") + 1 :]
    position = {row[0]: i for i, row in enumerate(rows)}
    arcs = [(position[code], v) for v, row in enumerate(rows) for cell in row[4:7] for code in cell.split(";") if code]
    return [_case("all plans of a university", len(rows), arcs, 3)]


def _layered(n_courses: int, layers: int, fan: int, repeats: int) -> Case:
    """Courses in layers, each asking for ``fan`` of the layer before: many paths, as in a dense programme."""
    rng = random.Random(n_courses * 1000 + layers * 10 + fan)  # noqa: S311  a test case, not a secret
    width = n_courses // layers
    arcs = []
    for v in range(width, width * layers):
        start = (v // width - 1) * width
        arcs += [(u, v) for u in rng.sample(range(start, start + width), min(fan, width))]
    return _case(f"layered {n_courses}×{layers}, fan {fan}", n_courses, arcs, repeats)


def _case(name: str, n_courses: int, arcs: list[tuple[int, int]], repeats: int) -> Case:
    return {
        "name": name,
        "n_courses": n_courses,
        "requisite": [u for u, _ in arcs],
        "course": [v for _, v in arcs],
        "repeats": repeats,
    }


def _ask_peer(cases: list[Case]) -> list[PeerAnswer]:
    if not PEER_PYTHON.exists():
        sys.exit("The peer is not installed. Make its environment with: python3 bootstrap.py bench")
    with tempfile.TemporaryDirectory() as folder:
        question = Path(folder) / "cases.json"
        question.write_text(json.dumps(cases), encoding="utf-8")
        done = subprocess.run([PEER_PYTHON, PEER, question], check=True, capture_output=True, text=True)
    answers: list[PeerAnswer] = json.loads(done.stdout)
    return answers


def _same(ours: CurriculumMetrics, peers: PeerAnswer) -> bool:
    return (
        list(ours.blocking_factor) == peers["blocking_factor"]
        and list(ours.delay_factor) == peers["delay_factor"]
        and list(ours.centrality) == peers["centrality"]
    )


def _best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time_ns()
        work()
        best = min(best, (time.process_time_ns() - start) / 1e9)
    return best


def _batch() -> bool:
    """All plans of a country: 54 universities, 500 plans each, 60 courses; whether both ways agree."""
    rng = np.random.default_rng(1)
    distinct = []
    for _ in range(200):
        first, second = rng.integers(0, 60, (2, 100))
        keep = first != second
        distinct.append((60, np.minimum(first, second)[keep], np.maximum(first, second)[keep]))
    plans = [distinct[number % len(distinct)] for number in range(PLANS)]
    start = time.process_time()
    for plan in plans:
        curriculum_metrics(*plan)
    between = time.process_time()
    for _ in curriculum_metrics_many(plans):
        pass
    end = time.process_time()
    equal = list(curriculum_metrics_many(distinct)) == [curriculum_metrics(*plan) for plan in distinct]
    print(
        f"54 × 500 plans of 60 courses and about 98 arcs: together {end - between:.2f} s, one by one {between - start:.2f} s, "
        f"equal: {'yes' if equal else 'NO'}"
    )
    return equal


def _large() -> None:
    """Ours alone: at the first of these sizes the peer, which lists the paths, took 61 s; at the others it was not tried."""
    for n_courses, layers in ((400, 16), (10_000, 100), (100_000, 1_000)):
        case = _layered(n_courses, layers, 2, 1)
        first, second = np.array(case["requisite"]), np.array(case["course"])
        seconds = _best(partial(curriculum_metrics, n_courses, first, second), REPEATS if n_courses < 1_000 else 1)
        print(f"{case['name']}: {seconds * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
