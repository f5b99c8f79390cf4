"""Runs inside the peer's environment: reads cases, answers with its metrics and its processor seconds, as JSON."""

import json
import sys
import time
from pathlib import Path

from curricularanalytics import Course, Curriculum, pre


def answer(case):
    """Metrics of one case and the best of its repeats; a new graph each time, because the peer keeps what it has computed."""
    metrics_second = total_second = float("inf")
    for _ in range(case["repeats"]):
        start = time.process_time()
        courses = [Course(f"course {i}", 3, id=i + 1) for i in range(case["n_courses"])]
        for u, v in zip(case["requisite"], case["course"], strict=True):
            courses[v].add_requisite(courses[u], pre)
        curriculum = Curriculum("case", courses, sort_by_id=False)
        built = time.process_time()
        blocking = [curriculum.blocking_factor(course) for course in courses]
        delay = [curriculum.delay_factor(course) for course in courses]
        centrality = [curriculum.centrality(course) for course in courses]
        end = time.process_time()
        metrics_second, total_second = min(metrics_second, end - built), min(total_second, end - start)
    return {
        "blocking_factor": blocking,
        "delay_factor": delay,
        "centrality": centrality,
        "metrics_second": metrics_second,
        "total_second": total_second,
    }


if __name__ == "__main__":
    cases = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write(json.dumps([answer(case) for case in cases]))
