"""``sheber serve``: the pages and the API on this computer; ``python3 bootstrap.py demo`` and ``serve`` call it."""

import argparse
import os
import shutil
import socket
from pathlib import Path
from typing import Any

from .language import gettext as _
from .output import BadInputError
from .setup import settings_wanted


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("serve", help=_("Serve the pages from this computer."))
    parser.add_argument("--host", default="127.0.0.1", help=_("address to listen on (default: this computer only)"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000), help=_("port (default: PORT or 8000)"))
    parser.add_argument("--processes", type=int, default=1, help=_("web processes (default: 1)"))
    parser.add_argument("--threads", type=int, default=4, help=_("threads in each process (default: 4)"))


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_wanted())
    refuse_busy_port(args.host, args.port)
    figures_together(args.port)
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server("sheber.site.wsgi:application", address=args.host, port=args.port, interface=Interfaces.WSGI, workers=args.processes,
           blocking_threads=args.threads, log_level=LogLevels.warning, websockets=False).serve()
    return 0


def figures_together(port: int) -> None:
    """A fresh folder in which the web processes of this server add up their figures (see ``spine/operation/metrics``)."""
    folder = Path(os.environ.get("SHEBER_VAR") or Path(__file__).resolve().parents[4] / "var").resolve() / "figures" / str(port)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError:                                 # a place that cannot be written: each process counts for itself
        return
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def refuse_busy_port(host: str, port: int) -> None:
    """Raise BadInputError when somebody already listens at ``host``:``port``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadInputError(_("Port %(port)s is busy: choose another with PORT=… or --port.") % {"port": port}) from error
