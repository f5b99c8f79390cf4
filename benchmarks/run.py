"""All benchmarks: ``python3 bootstrap.py bench [WORD …]`` (``make bench``); words choose modules by a part of their name.

Peers are published packages that the product does not use. They live in ``.venv-bench``, made here from
``requirements/bench.txt`` (locked with hashes); a benchmark starts them as a process, never by import.
"""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEERS = ROOT / ".venv-bench"
PEER_PYTHON = PEERS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements" / "bench.txt"
# These need data of a size one chooses: “make load”, and “python -m benchmarks.pages”.
APART = {"__init__", "run", "pages", "load", "plain", "plain_settings"}


def main(words: list[str]) -> int:
    make_peers()
    modules = [path.stem for path in sorted(Path(__file__).parent.glob("*.py")) if path.stem not in APART]
    chosen = [name for name in modules if not words or any(word in name for word in words)]
    print(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores; "
          f"{len(chosen)} of {len(modules)} benchmarks. Ratios are of processor time measured in the same run.", flush=True)
    failed = []
    for name in chosen:
        begun = time.monotonic()
        print(f"\n## {name.replace('_', ' ')}\n", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False)
        print(f"({time.monotonic() - begun:.0f} s)", flush=True)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\nDid not finish or disagreed with their peer: {', '.join(failed)}.", flush=True)
    return 1 if failed else 0


def make_peers() -> None:
    """Bring ``.venv-bench`` to the lock; nothing is done when it is there already."""
    stamp, value = PEERS / "lock.sha256", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if PEER_PYTHON.is_file() and stamp.is_file() and stamp.read_text("utf-8") == value:
        return
    print("Making .venv-bench with the peers …", flush=True)
    venv.EnvBuilder(with_pip=True, clear=PEERS.exists(), symlinks=os.name != "nt").create(PEERS)
    pip = [str(PEER_PYTHON), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
    subprocess.run(pip, check=True, cwd=ROOT)
    stamp.write_text(value, "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
