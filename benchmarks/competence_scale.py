"""Attainment and gap at the size of a nation, against pandas and plain Python in the same run.

``python -m benchmarks.competence_scale`` prints a table: items, people, CPU and wall seconds of this engine, peak memory of its process,
ratios, and the growth exponent from 10^4 to 10^7 items. Each size runs in a process of its own, so that peak memory is that size's
alone. Columns are synthetic, drawn from a fixed seed. Plain Python runs on at most 200,000 items and is scaled by items; pandas runs
at full size.
"""

import json
import math
import resource
import subprocess
import sys
import time
from collections import defaultdict

import numpy as np
from scipy.special import stdtrit

from sheber.engines.competence import DEFAULT_METHOD, attainment, gap

SIZES = ((10_000, 1_000, 19), (100_000, 1_000, 19), (1_000_000, 10_000, 19), (10_000_000, 100_000, 19), (10_000_000, 100_000, 100))
ON_DAY = 20_000
PYTHON_MOST = 200_000
REPEATS = 3


def columns(n, people, competences):
    """Synthetic evidence: person, competence, level in halves, day, setting."""
    rng = np.random.default_rng(1)
    return (rng.integers(0, people, n, dtype=np.int32), rng.integers(0, competences, n, dtype=np.int16),
            rng.integers(0, 11, n).astype(np.float32) / np.float32(2), rng.integers(ON_DAY - 2000, ON_DAY + 1, n, dtype=np.int32),
            rng.integers(0, 7, n, dtype=np.int8))


def ours(data, people, competences):
    """Level, interval, difference, verdict of everybody."""
    shown = attainment(*data, n_people=people, n_competences=competences, on_day=ON_DAY)
    return shown, gap(np.full(competences, 3.0), np.ones(competences), shown.level, shown.low, shown.high)


def with_pandas(data, people, competences):
    """The same figures the way one writes them with group-by."""
    import pandas as pd

    method = DEFAULT_METHOD
    frame = pd.DataFrame(dict(zip(("person", "competence", "level", "day", "setting"), data, strict=True)))
    frame["level"] = frame["level"].astype("float64")
    age = ON_DAY - frame["day"]
    recency = np.maximum(0.5 ** (age / method.half_life_days), method.recency_floor)
    frame["w"] = frame["setting"].map(dict(enumerate(method.setting_weights))) * recency
    frame["wy"], frame["wyy"] = frame["w"] * frame["level"], frame["w"] * frame["level"] ** 2
    sums = frame.groupby(["person", "competence"]).agg(w=("w", "sum"), wy=("wy", "sum"), wyy=("wyy", "sum"), n=("w", "size"))
    level = sums["wy"] / sums["w"]
    df = method.prior_df + sums["n"] - 1
    scale = np.sqrt((method.prior_df * method.prior_sd ** 2 + (sums["wyy"] - level * sums["wy"]).clip(lower=0)) / df / sums["w"])
    half = pd.Series(stdtrit(df.to_numpy(), 0.975), index=df.index) * scale
    low, high = (level - half).clip(0, 5), (level + half).clip(0, 5)
    table = pd.DataFrame({"level": level, "low": low, "high": high, "difference": level - 3.0})
    table["verdict"] = np.where(table["low"] >= 3.0, "met", np.where(table["high"] < 3.0, "short", "within"))
    return table.reindex(pd.MultiIndex.from_product([range(people), range(competences)]))


def with_python(data):
    """The same level and spread with a dictionary and a loop; the interval is left out, in favour of this side."""
    method, sums = DEFAULT_METHOD, defaultdict(lambda: [0.0, 0.0, 0.0, 0])
    for person, competence, level, day, setting in zip(*(column.tolist() for column in data), strict=True):
        weight = method.setting_weights[setting] * max(0.5 ** ((ON_DAY - day) / method.half_life_days), method.recency_floor)
        cell = sums[person, competence]
        cell[0] += weight
        cell[1] += weight * level
        cell[2] += weight * level * level
        cell[3] += 1
    return {key: (wy / w, wyy - wy * wy / w, n, wy / w - 3.0) for key, (w, wy, wyy, n) in sums.items()}


def timed(call):
    """(result, CPU seconds, wall seconds)."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return result, time.process_time() - cpu, time.perf_counter() - wall


def measure(n, people, competences):
    """One size, in this process: our figures first (peak memory), then the peers."""
    data = columns(n, people, competences)
    ours(tuple(column[:1000] for column in data), people, competences)               # imports and first pages
    cpu = wall = math.inf
    for _ in range(REPEATS):
        shown = difference = None                                                    # one answer at a time is held
        (shown, difference), cpu_now, wall_now = timed(lambda: ours(data, people, competences))
        cpu, wall = min(cpu, cpu_now), min(wall, wall_now)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table, pandas_cpu, _ = timed(lambda: with_pandas(data, people, competences))
    np.testing.assert_allclose(table["level"].to_numpy(), shown.level.ravel(), atol=1e-6)
    np.testing.assert_allclose(table["low"].to_numpy(), shown.low.ravel(), atol=1e-6)
    np.testing.assert_allclose(table["difference"].to_numpy(), difference.difference.ravel(), atol=1e-6)
    part = min(n, PYTHON_MOST)
    _, python_cpu, _ = timed(lambda: with_python(tuple(column[:part] for column in data)))
    return {"items": n, "people": people, "competences": competences, "cpu_s": cpu, "wall_s": wall, "peak_mb": peak,
            "pandas": pandas_cpu / cpu, "python": python_cpu * n / part / cpu}


def main():
    """Print the table; exit status 0."""
    rows = []
    print(f"{'items':>12} {'people':>8} {'compet.':>8} {'CPU s':>8} {'wall s':>8} {'peak MB':>8} {'× pandas':>9} {'× Python':>9}")
    for size in SIZES:
        done = subprocess.run([sys.executable, "-m", "benchmarks.competence_scale", *map(str, size)],
                              capture_output=True, text=True, check=True)
        row = json.loads(done.stdout)
        rows.append(row)
        print(f"{row['items']:>12,} {row['people']:>8,} {row['competences']:>8} {row['cpu_s']:>8.3f} {row['wall_s']:>8.3f} "
              f"{row['peak_mb']:>8.0f} {row['pandas']:>9.1f} {row['python']:>9.1f}", flush=True)
    same = [row for row in rows if row["competences"] == 19]
    slope = np.polyfit([math.log(row["items"]) for row in same], [math.log(row["cpu_s"]) for row in same], 1)[0]
    print(f"growth exponent 10^4 to 10^7 items: {slope:.2f} (1 = proportional). Target at 10^7: under 2 s, under 2,000 MB.")
    return 0


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(measure(*map(int, sys.argv[1:]))))
    else:
        sys.exit(main())
