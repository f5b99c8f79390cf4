#!/usr/bin/env python3
"""Sheber from a fresh checkout: one file, the standard library only.

    python3 bootstrap.py install       make ./.venv with the locked packages
    python3 bootstrap.py demo          install, load the demonstration, serve it on 127.0.0.1 (PORT=8000)
    python3 bootstrap.py serve         the same with production settings and no demonstration content
    python3 bootstrap.py test          everything the project checks about itself
    python3 bootstrap.py check         lint and types only
    python3 bootstrap.py bench         benchmarks, with peers in an environment of their own
    python3 bootstrap.py load          200 people at once against two web processes, for 30 s (SCALE=national for a whole country)
    python3 bootstrap.py screenshots   pictures of the pages, for the README
    python3 bootstrap.py clean         remove the environment and what is made from it (never your data)

SCALE=national before “demo” builds a synthetic nation of 54 universities, 100,000 students and ten million items of evidence,
in a data folder of its own (./var-national); SCALE=0.01 and the like build a part of it.

With --here after the command the Python that runs this file is used as it is, and nothing is installed.

Steps whose inputs have not changed are skipped: each step leaves a stamp, a SHA-256 of what it read. So the second start
needs no network and imports Django only in the server itself. Data lives in ./var, or where SHEBER_VAR says.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCALE = (os.environ.get("SCALE") or "") if sys.argv[1:2] in (["demo"], ["load"]) else ""
# A nation is built in a folder of its own, so that it never mixes with the small demonstration or with real data.
VAR = Path(os.environ.get("SHEBER_VAR") or ROOT / (f"var-{SCALE}" if SCALE else "var")).resolve()
HERE = "--here" in sys.argv[2:]
ARGUMENTS = [word for word in sys.argv[2:] if word != "--here"]
PYTHON = Path(sys.executable) if HERE else VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST_PYTHON = (3, 11)
LOCKS = {"core": ROOT / "requirements" / "core.txt", "dev": ROOT / "requirements" / "dev.txt"}
UV_LOCK = ROOT / "requirements" / "uv.txt"

# Idle OpenMP threads that spin make a small machine ten times slower; one numeric library must not take every core.
THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"}


class TroubleError(Exception):
    """Something the person can mend; the message is one sentence and what to do."""


def say(text: str) -> None:
    print(text, flush=True)


# --- stamps -----------------------------------------------------------------------------------------------------------

def digest(*parts: str | Path) -> str:
    """SHA-256 of texts and files. A folder stands for all files below it, with their names."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(part.encode() + b"\0")
            continue
        files = sorted(p for p in part.rglob("*") if p.is_file() and "__pycache__" not in p.parts) if part.is_dir() else [part]
        for file in files:
            if file.suffix in {".pyc", ".mo"} or not file.is_file():
                continue
            total.update(file.relative_to(ROOT).as_posix().encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


def stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text("utf-8").strip() == value


def put_stamp(stamp: Path, value: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value + "\n", "utf-8")


# --- install ----------------------------------------------------------------------------------------------------------

def install(level: str = "core") -> None:
    """Make ./.venv hold exactly the locked packages of ``level`` and this checkout."""
    if HERE:
        return
    versions = digest(sys.version.split()[0], ROOT / "pyproject.toml", *LOCKS.values(), UV_LOCK)
    stamps = {name: VENV / f"sheber-{name}.stamp" for name in LOCKS}
    if PYTHON.is_file() and (stamped(stamps["dev"], versions) or (level == "core" and stamped(stamps["core"], versions))):
        return
    if stamps["dev"].is_file():
        level = "dev"                   # somebody who tests here keeps the tools when a lock changes
    begun = time.monotonic()
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)
    make_environment()
    say(f"Installing the locked packages ({'with the tools of developers' if level == 'dev' else 'without the tools of developers'}) …")
    install_packages(LOCKS[level])
    pip("install", "--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
    put_stamp(stamps[level], versions)
    say(f"Installed in {time.monotonic() - begun:.0f} s.")


def make_environment() -> None:
    if PYTHON.is_file() and subprocess.run([str(PYTHON), "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0:
        return
    say("Making the environment ./.venv …")
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise TroubleError("This Python has no “venv” module. On Debian and Ubuntu: apt install python3-venv. "
                           "Then run this again.") from None
    try:
        venv.EnvBuilder(with_pip=True, clear=VENV.exists(), symlinks=os.name != "nt").create(VENV)
    except PermissionError as error:
        raise TroubleError(f"{error.filename} cannot be written: run this in a folder of your own, or change its owner.") from None
    except (OSError, subprocess.CalledProcessError) as error:
        raise TroubleError(f"The environment could not be made ({error}). Check the free space; on Debian and Ubuntu: "
                           "apt install python3-venv.") from None


def install_packages(lock: Path) -> None:
    """By uv, itself pinned by hash, because it is several times quicker; by pip wherever uv does not run."""
    try:
        pip("install", "--require-hashes", "-r", str(UV_LOCK))
        command = [str(PYTHON), "-m", "uv", "pip", "sync", "--quiet", "--require-hashes", "--python", str(PYTHON), str(lock), str(UV_LOCK)]
        if subprocess.run(command, env={**os.environ, **uv_settings()}, cwd=ROOT, capture_output=True, check=False).returncode == 0:
            return
        say("uv did not finish; pip does the same, more slowly.")
    except subprocess.CalledProcessError:
        say("uv is not to be had here; pip does the same, more slowly.")
    try:
        pip("install", "--require-hashes", "-r", str(lock))
    except subprocess.CalledProcessError:
        raise TroubleError("The packages could not be installed: see pip's lines above. A package index must be reachable the first time; "
                      "a mirror is named in pip's own settings (PIP_INDEX_URL, or pip.conf).") from None


def uv_settings() -> dict[str, str]:
    """What pip is told about indexes and certificates, said to uv in its own words."""
    words = {"index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
             "cert": "SSL_CERT_FILE", "trusted-host": "UV_INSECURE_HOST"}
    # Best match over all indexes is what pip does; the locks name every file by hash, so no index can put another in its place.
    told = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    listed = subprocess.run([str(PYTHON), "-m", "pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        word = words.get(name.rsplit(".", 1)[-1])
        if word and word not in os.environ:
            told[word] = " ".join(value.strip("'\"").split("\\n")).strip()
    for word in ("UV_FIND_LINKS", "UV_INSECURE_HOST"):
        if word in told:
            told[word] = ",".join(told[word].split())
    return told


def pip(*arguments: str) -> None:
    """Quiet twice: errors only."""
    subprocess.run([str(PYTHON), "-m", "pip", "-qq", "--disable-pip-version-check", *arguments], check=True, cwd=ROOT)


# --- prepare data and pages -------------------------------------------------------------------------------------------

def environment(settings: str, *, demonstration: bool) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": settings, "SHEBER_VAR": str(VAR), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    if demonstration:
        own["SHEBER_DEMONSTRATION"] = "1"
    # Compiled modules are kept (PYTHONDONTWRITEBYTECODE is dropped): compiling anew is most of a start.
    return {**THREADS, **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}, **own}


def sheber(env: dict[str, str], *arguments: str) -> None:
    done = subprocess.run([str(PYTHON), "-m", "sheber", *arguments], env=env, cwd=ROOT, check=False, stdout=subprocess.PIPE)
    if done.returncode:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        raise TroubleError(f"“sheber {' '.join(arguments)}” ended with status {done.returncode}: see its lines above.")


class Step(NamedTuple):
    """A step of preparing: done again when what it reads (``inputs``, a digest) or its product (``there``) is not as it was."""

    name: str
    inputs: str
    there: bool
    sentence: str
    commands: tuple[tuple[str, ...], ...]


def prepare(env: dict[str, str], *, demonstration: bool) -> None:
    """Tables, content, translations and assets, each only when what it is made from has changed."""
    own_use(demonstration=demonstration)
    with one_at_a_time(VAR / "stamps" / "lock"):
        make_ready(env, demonstration=demonstration)


@contextlib.contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Two starts over one data folder wait for each other; the system lets go of the lock when its holder ends, however it ends."""
    if sys.platform == "win32":
        yield
        return
    import fcntl
    with lock.open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("Another start is preparing this data folder; waiting for it …")
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def make_ready(env: dict[str, str], *, demonstration: bool) -> None:
    """The steps of :func:`prepare`, those that are needed."""
    source = ROOT / "src" / "sheber"
    database = env.get("SHEBER_DATABASE") or f"sqlite:///{VAR / 'sheber.sqlite3'}"
    # Only a file can be seen to be there without connecting: on PostgreSQL both steps run each time (and find nothing to do).
    there = database.startswith("sqlite:///") and Path(database[len("sqlite:///"):]).is_file()
    locked = digest(LOCKS["core"])
    tables = digest(database, locked, *source.glob("*/*/migrations"))
    loads = ("demo" if demonstration else "reference", "load", *(("--scale", SCALE) if SCALE and demonstration else ()))
    content = digest(tables, SCALE, source / "data", *source.rglob("seeds*"), *source.rglob("demonstration*"),
                     *source.glob("site/cli/loading*"))
    assets = digest(locked, *source.rglob("static"), *source.glob("site/assets*"), *source.glob("kit/icons*"),
                    *source.glob("site/cli/build_assets*"))
    steps = [
        Step("translations", digest(*source.rglob("*.po")), True, "Compiling the translations …", (("catalogues", "compile"),)),
        Step("tables", tables, there, "Preparing the database …", (("django", "migrate", "--verbosity", "0"),)),
        Step(loads[0], content, there, f"Loading the {'demonstration' if demonstration else 'reference facts'} (once) …"
             + (" The nation takes minutes." if SCALE and demonstration else ""), (loads,)),
        Step("assets", assets, (VAR / "static").is_dir(), "Building fonts, icons and scripts …",
             (("build-assets",), ("django", "collectstatic", "--noinput", "--clear", "--verbosity", "0"))),
    ]
    for step in steps:
        stamp = VAR / "stamps" / step.name
        if stamped(stamp, step.inputs) and step.there:
            continue
        say(step.sentence)
        for command in step.commands:
            sheber(env, *command)
        put_stamp(stamp, step.inputs)


def own_use(*, demonstration: bool) -> None:
    """Keep invented people and a university's own apart: one data folder serves one of the two."""
    use, other = ("demonstration", "production") if demonstration else ("production", "demonstration")
    try:
        for name in ("stamps", "assets"):
            (VAR / name).mkdir(parents=True, exist_ok=True)
        if (VAR / "stamps" / f"use-{other}").exists():
            whose = "invented" if demonstration is False else "real"
            raise TroubleError(f"The people in {VAR} are {whose}: name another folder, for example SHEBER_VAR={VAR}-{use}.")
        (VAR / "stamps" / f"use-{use}").touch()
    except OSError as error:
        raise TroubleError(f"{error.filename} cannot be written ({error.strerror}): set SHEBER_VAR to a folder of your own.") from None


# --- serve ------------------------------------------------------------------------------------------------------------

def port_wanted() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit()) or len(text) > 5 or not 0 < int(text) < 65536:
        raise TroubleError(f"PORT={text} is not a port: give a number from 1 to 65535.")
    return int(text)


def refuse_busy_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise TroubleError(f"Port {port} is busy: stop what listens there, or choose another, for example PORT={port + 1}.") from None


def run(env: dict[str, str], *, welcome: str) -> int:
    """Serve until Ctrl-C, SIGTERM, or the end of a child; the worker starts when the pages answer."""
    port = port_wanted()
    children: list[subprocess.Popen[bytes]] = []
    stopped = False

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True

    for name in ("SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    try:
        web = start(env, "serve", "--port", str(port))
        children.append(web)
        while not stopped and web.poll() is None and not answers(port):
            time.sleep(0.02)
        if not stopped and web.poll() is None:
            say(welcome)
            children.append(start(env, "worker"))
        while not stopped and all(child.poll() is None for child in children):
            time.sleep(0.2)
    finally:
        ended = [child.poll() for child in children]
        for child in reversed(children):
            finish(child)
    if stopped:
        say("Stopped.")
        return 0
    say("The web server or the worker ended by itself: see its lines above.")
    return next((abs(code) or 1 for code in ended if code is not None), 1)


def start(env: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """A child in a group of its own, so that Ctrl-C reaches this process alone and children are ended in order.

    Should this process be killed (``kill -9``), the children see it by the number they are told, and stop by themselves.
    """
    command = [str(PYTHON), "-m", "sheber", *arguments]
    env = {**env, "SHEBER_PARENT": str(os.getpid())}
    if sys.platform == "win32":
        return subprocess.Popen(command, env=env, cwd=ROOT, creationflags=subprocess.CREATE_NEW_PROCESS_GROUP)
    return subprocess.Popen(command, env=env, cwd=ROOT, start_new_session=True)


def finish(child: subprocess.Popen[bytes]) -> None:
    """Ask, wait ten seconds, then insist; the processes a child made go with it."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(child.pid)], capture_output=True, check=False)
    else:
        if child.poll() is None:
            child.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def answers(port: int) -> bool:
    """True when something comes back whole. TroubleError when the server answers with an error of its own: it will not get better.

    A redirect is an answer and is not followed: with TLS at a proxy it leads to an address where nobody listens here.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/")
        reply = connection.getresponse()
        reply.read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    if reply.status >= 500:
        raise TroubleError(f"The server is up, but its first page ended with status {reply.status}: see its lines above.")
    return True


# --- commands ---------------------------------------------------------------------------------------------------------

def demo() -> int:
    refuse_busy_port(port_wanted())
    install()
    env = environment("sheber.site.settings.dev", demonstration=True)
    prepare(env, demonstration=True)
    personas = VAR / "personas.txt"         # written by “sheber demo load”
    who = personas.read_text("utf-8").rstrip() + "\n" if personas.is_file() else ""
    return run(env, welcome=f"\n  Sheber, demonstration (all data is synthetic):  http://127.0.0.1:{port_wanted()}/\n"
               f"  Sign in: choose a persona on the first page, no password is needed.\n{who}  Ctrl-C stops it.\n")


def serve() -> int:
    refuse_busy_port(port_wanted())
    install()
    env = environment("sheber.site.settings.prod", demonstration=False)
    env.pop("SHEBER_DEMONSTRATION", None)
    prepare(env, demonstration=False)
    return run(env, welcome=f"\n  Sheber serves on http://127.0.0.1:{port_wanted()}/ behind your proxy with TLS\n"
               "  (SHEBER_HOSTS names your host; SHEBER_TLS=0 to look at it without a proxy).\n"
               "  First user: .venv/bin/sheber users --help\n  Ctrl-C stops it.\n")


def tool(*arguments: str, level: str = "dev") -> int:
    """Run a tool of this project in the environment and pass its status on."""
    install(level)
    child = subprocess.Popen([str(PYTHON), *arguments], env={**THREADS, **os.environ, "PYTHONUTF8": "1"}, cwd=ROOT)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:       # the child has had the same Ctrl-C and ends by itself
            continue


def load() -> int:
    """The demonstration's data, made when it is not there, and benchmarks/load.py over it."""
    install("dev")
    env = environment("sheber.site.settings.dev", demonstration=True)
    prepare(env, demonstration=True)
    return subprocess.run([str(PYTHON), "-m", "benchmarks.load", *ARGUMENTS], env=env, cwd=ROOT, check=False).returncode


def clean() -> int:
    caches = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".import_linter_cache")
    for name in (".venv", ".venv-bench", "build", "dist", *caches):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for name in ("assets", "static", "screenshots"):
        shutil.rmtree(VAR / name, ignore_errors=True)
    say(f"Removed. The data in {VAR} was left alone.")
    return 0


COMMANDS = {
    "install": lambda: tool("-c", "", level="core"),
    "demo": demo,
    "serve": serve,
    "test": lambda: tool("tools/test_run.py", *ARGUMENTS),
    "check": lambda: tool("tools/test_run.py", "--only", "static"),
    "bench": lambda: tool("benchmarks/run.py", *ARGUMENTS),
    "load": load,
    "screenshots": lambda: tool("tools/screenshots.py", *ARGUMENTS),
    "clean": clean,
}


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        say(f"Sheber needs Python {'.'.join(map(str, OLDEST_PYTHON))} or newer; this is {sys.version.split()[0]}. "
            "Try: python3.11 bootstrap.py " + " ".join(sys.argv[1:]))
        return 2
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        say((__doc__ or "").strip())
        return 0 if sys.argv[1:] in ([], ["-h"], ["--help"]) else 2
    try:
        return COMMANDS[sys.argv[1]]()
    except TroubleError as trouble:
        print(f"bootstrap: {trouble}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
